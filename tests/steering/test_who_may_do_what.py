"""What each role may see and do with groups, tables and papers: one row for each of these sentences.

public: nobody signed in · member: on the list, in no group · lead: of a pod · seat: on Steering · chair: of Steering ·
manager: of the partnership · admin: keeps the site running · exec: on the Executive.
"""

import pytest
from django.urls import reverse

from meetings.models import Meeting, Paper
from steering.models import Seat
from tests import factories
from tests.steering.conftest import at

ROLES = ("public", "member", "lead", "seat", "chair", "manager", "admin", "exec")
# ok: may; in: asked to sign in; no: it is there and not theirs; --: for them it does not exist.
ROWS = {
    "groups, purpose, public dates":      "ok ok ok ok ok ok ok ok",
    "who is on Steering":                 "ok ok ok ok ok ok ok ok",
    "papers of a pod":                    "-- -- ok -- -- ok -- --",
    "papers of Steering":                 "-- -- -- ok ok ok -- --",
    "who is inside Steering":             "in -- -- ok ok ok -- --",
    "plan a pod's meeting":               "in no ok no no ok no no",
    "plan a Steering meeting":            "in no no no ok ok no no",
    "appoint to Steering":                "in no no no ok ok no no",
    "end a term on Steering":             "in no no no ok ok no no",
    "say when Steering may decide":       "in no no no ok ok no no",
    "see quorum and balance":             "in no no no ok ok no no",
    "add a seat to Steering":             "in no no no ok ok no no",
    "the plan with its names":            "in -- ok ok ok ok -- ok",
    "evidence for funders":               "in -- ok ok ok ok -- ok",
    "report to Steering":                 "in no ok no no ok no no",
    "seats, on the desk":                 "in in in in in ok ok in",
    "appoint to the Executive":           "in -- -- -- -- -- -- no",
    "add a seat to the Executive":        "in -- -- -- -- -- -- no",
    "plan a meeting of the Executive":    "in -- -- -- -- -- -- no",
    "the Executive's page":               "in -- -- -- -- ok ok ok",
    "a meeting of the Executive":         "-- -- -- -- -- -- -- ok",
    "papers of the Executive":            "-- -- -- -- -- -- -- ok",
    "the keys":                           "in -- -- -- ok -- -- ok",
    "the handover page":                  "in -- -- -- ok ok -- ok",
}  # fmt: skip


@pytest.fixture
def clients(client, fresh, ada, cy, leeds, dee, fay, cho, sol, ivy):
    factories.membership(cy, leeds)
    people = {"member": cy, "lead": ada, "seat": sol, "chair": cho, "manager": dee, "admin": fay, "exec": ivy}
    return {"public": client} | {role: fresh(person) for role, person in people.items()}


@pytest.fixture
def doors(steering, executive, pod, ada, cho, sol, ivy):
    """What to open, and the words that must stand there where a page hides only a part."""
    meetings = {
        group.kind: Meeting.schedule(group, starts_at=at(20 + number), by=by, seen=0)
        for number, (group, by) in enumerate([(pod, ada), (steering, cho), (executive, ivy)])
    }
    for kind, meeting in meetings.items():
        Paper.put(f"Paper of {kind}", by=ivy, meeting=meeting, url="https://example.org/paper")
    seat = Seat.objects.create(group=steering, label="Primary schools", sector="school")
    held = steering.appointments.get(member=sol)
    slug = steering.partnership.slug
    return {
        "groups, purpose, public dates": (reverse("pods:pods", args=[slug]), ""),
        "who is on Steering": (reverse("steering:steering", args=[slug]), ""),
        "papers of a pod": (meetings["pod"].get_absolute_url(), "Paper of pod"),
        "papers of Steering": (meetings["steering"].get_absolute_url(), "Paper of steering"),
        "who is inside Steering": (reverse("pods:inside", args=[slug, steering.slug]), ""),
        "plan a pod's meeting": (reverse("meetings:plan", args=[pod.ref]), ""),
        "plan a Steering meeting": (reverse("meetings:plan", args=[steering.ref]), ""),
        "appoint to Steering": (reverse("steering:appointing", args=[steering.ref]), ""),
        "end a term on Steering": (reverse("steering:term", args=[steering.ref, held.pk]), ""),
        "say when Steering may decide": (reverse("steering:rules", args=[steering.ref]), ""),
        "see quorum and balance": (reverse("steering:balance", args=[steering.ref]), ""),
        "add a seat to Steering": (reverse("steering:seats", args=[steering.ref]), ""),
        "the plan with its names": (reverse("steering:plan_board", args=[slug]), ""),
        "evidence for funders": (reverse("steering:evidence", args=[slug]), ""),
        "add a seat to the Executive": (reverse("steering:seats", args=[executive.ref]), ""),
        "report to Steering": (reverse("meetings:report", args=[pod.ref]), ""),
        "seats, on the desk": (reverse("admin:steering_seat_change", args=[seat.pk]), ""),
        "appoint to the Executive": (reverse("steering:appointing", args=[executive.ref]), ""),
        "plan a meeting of the Executive": (reverse("meetings:plan", args=[executive.ref]), ""),
        "the Executive's page": (reverse("steering:executive", args=[slug]), ""),
        "a meeting of the Executive": (meetings["executive"].get_absolute_url(), ""),
        "papers of the Executive": (meetings["executive"].get_absolute_url(), "Paper of executive"),
        "the keys": (reverse("steering:keys", args=[slug]), ""),
        "the handover page": (reverse("steering:handover", args=[slug]), ""),
    }


def heard(client, address, words) -> str:
    answer = client.get(address)
    if answer.status_code in {301, 302}:
        return "in" if "login" in answer.url else "go"
    told = {200: "ok", 403: "no", 404: "--"}.get(answer.status_code, str(answer.status_code))
    return "--" if told == "ok" and words and words not in answer.content.decode() else told


def test_every_row(clients, doors):
    found = {row: " ".join(heard(clients[role], *door) for role in ROLES) for row, door in doors.items()}
    wrong = [f"{row}: {said}" for row, said in found.items() if said != ROWS[row]]
    assert not wrong, "\n" + "\n".join(wrong)
    assert set(found) == set(ROWS)
