"""Five years of history cost as many questions to the database as one, on every screen of steering."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lcep.site import today
from meetings.models import Meeting
from pods.models import Appointment
from steering.models import EvidenceBook, Interest, PlanUpdate, YouthVoice
from tests.steering.years import YEAR, Years
from trust.tokens import HOW_IT_GOES, REPLY

MOST = 60  # questions to the database, on any screen
OPEN = "steering plan youth_voice interest"
OWN = (
    "plan_board plan_editing plan_export keys handover handover_file executive decisions youth_voice_writing evidence "
    "funder_lines funder_line"
)
TABLE = "table appointing balance"
DESK = [reverse(f"admin:steering_{model}_changelist") for model in ("interest", "seat")]


@pytest.fixture
def years(steering, executive, pod, priority, cho, ivy, dee, action, meeting) -> Years:
    Appointment.appoint(cho, executive, "chair")
    years = Years(steering, executive, pod, priority, cho, dee)
    years.live(0)
    return years


@pytest.fixture
def screens(years, steering, leeds, executive, meeting, action, ada, cho, dee, sol, fresh):
    """Return (who, address) of every screen that tells of time."""
    visitor, chair, manager, seat = Client(), fresh(cho), fresh(dee), fresh(sol)

    def of(names: str, *args) -> list[str]:
        return [reverse(f"steering:{name}", args=args) for name in names.split()]

    slug, met = leeds.slug, Meeting.objects.filter(group=steering, status="held").first()
    voice, book = YouthVoice.objects.waiting().first(), EvidenceBook.objects.first()
    term = Appointment.objects.current().filter(group=steering, member=sol).get()
    links = of("how_it_goes", HOW_IT_GOES.sign(action.pk, ada.pk)) + of("substitute", REPLY.sign(meeting.pk, sol.pk))
    chairs = of(OWN, slug) + of("pack questions sending", meeting.ref) + of("pack", met.ref) + ["/me/"]
    chairs += of(TABLE, steering.ref) + of(TABLE, executive.ref) + of("term", steering.ref, term.pk)
    chairs += of("action action_changing", slug, action.ref) + of("taking_out", slug, PlanUpdate.objects.first().pk)
    chairs += of("answering", slug, voice.pk) + of("evidence_book evidence_csv", slug, book.pk)
    desk = [*DESK, reverse("admin:steering_interest_change", args=[Interest.objects.first().pk])]
    return [
        *((visitor, each) for each in of(OPEN, slug) + links),
        *((chair, each) for each in chairs),
        *((manager, each) for each in desk + of("handover executive", slug)),
        *((seat, each) for each in [*of("pack", meeting.ref), *of("plan_board", slug), "/me/"]),
    ]


def test_every_screen_asks_as_little_after_five_years_as_after_one(years, screens, client):
    for who in {who for who, _ in screens}:
        who.get("/")  # what a session learns at its first page is not asked again
    after_one = [asked(*screen) for screen in screens]
    for year in range(1, 5):
        years.live(year)
    after_five = [asked(*screen) for screen in screens]

    rows = [(page, *counts) for (_, page), *counts in zip(screens, after_one, after_five, strict=True)]
    assert [row for row in rows if row[2] > row[1]] == []
    assert [row for row in rows if row[2] > MOST] == []


def test_a_book_of_five_years_costs_as_many_questions_as_one_of_a_year(years, client, fresh, cho, leeds):
    chair, address = fresh(cho), reverse("steering:evidence", args=[leeds.slug])

    def made(first) -> int:
        days = {"first_on": f"{first:%Y-%m-%d}", "last_on": f"{today():%Y-%m-%d}"}
        return asked(chair, address, {"title": "Years"} | days)

    one = made(today() - YEAR)
    for year in range(1, 5):
        years.live(year)
    assert made(today() - 5 * YEAR) <= one
    assert EvidenceBook.objects.count() == 7


def asked(client, address: str, said: dict | None = None) -> int:
    """Return how many questions a page asks of the database; with `said`, what is posted to it."""
    with CaptureQueriesContext(connection) as found:
        answer = client.post(address, said) if said else client.get(address)
    assert answer.status_code == (302 if said else 200), address
    return len(found)
