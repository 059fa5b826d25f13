"""Quorum is live from replies and final from who came; balance looks half a year and a year ahead."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lcep.site import today
from meetings.models import Attendance, Invitation
from pods.models import Appointment
from steering.balance import Balance, months_after
from steering.models import Holding, Rules, Seat
from steering.quorum import Quorum
from tests import factories
from tests.steering.conftest import passed


def says(meeting, member, reply) -> None:
    Invitation.objects.get(meeting=meeting, member=member).answer(reply, source="page")


def quorum(meeting) -> Quorum:
    meeting.refresh_from_db()
    return Quorum(meeting)


@pytest.fixture
def rules(steering):
    return Rules.objects.create(group=steering, quorum=2, sectors=["school"], needs_chair=True)


@pytest.fixture
def seat(steering, sol):
    """Sol sits for the schools."""
    seat = Seat.objects.create(group=steering, label="Primary schools", sector="school")
    Holding.objects.create(appointment=Appointment.objects.get(member=sol, group=steering), seat=seat)
    return seat


def test_without_rules_every_meeting_may_decide(meeting):
    assert quorum(meeting).is_met
    assert "agreed no quorum" in quorum(meeting).sentence


def test_what_is_missing_is_said_and_whom_to_ask(meeting, rules, seat, cho, sol):
    assert quorum(meeting).sentence == (
        "Not quorate yet: 0 come. Missing: 2 more, somebody from: school, the chair or a vice-chair."
    )
    says(meeting, cho, "yes")
    assert quorum(meeting).missing_sectors == ["School"]
    assert quorum(meeting).to_ask == ["Sol Bramble has not answered yet."]

    says(meeting, sol, "yes")
    assert quorum(meeting).sentence == "Quorate: 2 come, 2 are needed."


def test_a_substitute_counts_for_whoever_cannot_come_and_never_twice(meeting, rules, seat, cho, sol, sub):
    says(meeting, cho, "yes")
    says(meeting, sol, "no")
    assert quorum(meeting).to_ask == ["Sol Bramble cannot come: ask Sub Willow?"]

    says(meeting, sub, "yes")
    assert quorum(meeting).is_met
    says(meeting, sol, "yes")
    assert len(quorum(meeting).filled) == 2


def test_after_the_record_only_who_was_there_counts(meeting, rules, seat, cho, sol):
    says(meeting, cho, "yes")
    says(meeting, sol, "yes")
    Appointment.objects.update(since=today() - timedelta(days=90))
    Attendance.record(passed(meeting), {cho: "in person", sol: "apologies"}, others=3, by=cho)

    final = quorum(meeting)
    assert final.is_final and not final.is_met
    assert final.sentence == "Not quorate: 1 were there. Missing: 1 more, somebody from: school."


def test_an_observer_and_the_manager_are_not_counted(meeting, rules, seat, steering, leeds):
    guest = factories.member("guest@example.org", "Guest")
    Appointment.appoint(guest, steering, Appointment.Role.OBSERVER)
    assert {place.appointment.member.name for place in quorum(meeting).places} == {"Cho Oakapple", "Sol Bramble"}


def test_terms_that_end_empty_their_seats_ahead(steering, seat, cho, sol):
    Appointment.objects.filter(member=sol).update(term_ends=today() + timedelta(days=250))
    line = next(line for line in Balance(steering).lines if line.sector == "School")
    assert (line.seats, line.people) == (1, (1, 1, 0))
    assert Balance(steering).gaps == ["In a year nobody is left from: school, unless terms are renewed."]


def test_somebody_appointed_from_next_month_counts_from_then(steering, seat, cho, sol):
    newcomer = factories.member("new@example.org", "New")
    row = Appointment.appoint(newcomer, steering, "member", since=today() + timedelta(days=30))
    Holding.objects.create(appointment=row, seat=seat)
    line = next(line for line in Balance(steering).lines if line.sector == "School")
    assert line.people == (1, 2, 2)


def test_a_chair_speaks_for_no_sector(steering, cho):
    cho.sector = "school"
    cho.save(update_fields=["sector"])
    assert [line.sector for line in Balance(steering).lines] == ["Independent Chair"]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 36))
def test_months_after_is_the_same_day_or_the_last_of_the_month(day, months):
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_each_picture_stands_beside_its_table(as_member, cho, meeting, rules, seat, steering):
    page = as_member(cho).get(reverse("steering:balance", args=[steering.ref])).content.decode()
    assert page.count('class="squares"') == 2 == page.count("<table>")
    assert "Today: 2 people" in page


def test_rules_are_set_by_who_leads_the_group(as_member, cho, sol, steering):
    address = reverse("steering:rules", args=[steering.ref])
    assert as_member(sol).get(address).status_code == 403
    as_member(cho).post(address, {"quorum": 5, "sectors": ["school", "library"], "needs_chair": "on"})
    kept = Rules.of(steering)
    assert (kept.quorum, kept.sectors, kept.needs_chair, kept.shows_attendance) == (
        5,
        ["school", "library"],
        True,
        False,
    )
