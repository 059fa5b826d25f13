"""A term goes on as a new row, ends with a reason and a day, warns twice, and ends by a person only."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from members.models import Member
from pods.models import Appointment
from steering import daily, terms
from steering.balance import months_after
from steering.models import Holding, Seat
from steering.table import Table, service_of

DAY = timedelta(days=1)


@pytest.fixture
def held(sol, steering) -> Appointment:
    """Sol's seat, in a term that ends in three months."""
    row = Appointment.objects.get(member=sol, group=steering)
    Appointment.objects.filter(pk=row.pk).update(since=today() - 640 * DAY, term_ends=today() + 90 * DAY)
    row.refresh_from_db()
    Holding.objects.create(appointment=row, seat=Seat.objects.create(group=steering, label="Schools", sector="school"))
    return row


def test_another_term_is_another_row_on_the_same_seat_without_a_gap(cho, held):
    renewed = terms.renew(held, today() + 800 * DAY, by=cho)
    held.refresh_from_db()

    assert (held.until_on, held.end_reason) == (held.term_ends, terms.RENEWED)
    assert (renewed.since, renewed.until_on) == (held.term_ends + DAY, None)
    assert renewed.holding.seat == held.holding.seat
    assert terms.renew(held, today() + 900 * DAY, by=cho) == renewed


def test_a_term_long_over_goes_on_from_today(cho, held):
    Appointment.objects.filter(pk=held.pk).update(term_ends=today() - 30 * DAY)
    held.refresh_from_db()
    assert terms.renew(held, today() + 700 * DAY, by=cho).since == today()


def test_the_table_says_since_when_over_all_terms(cho, held, steering):
    begun = held.since
    Appointment.objects.filter(pk=held.pk).update(term_ends=today() - 30 * DAY)
    held.refresh_from_db()
    terms.renew(held, today() + 700 * DAY, by=cho)

    sitting = next(each for each in Table(steering).sittings if each.member == held.member)
    assert (sitting.since, sitting.terms, sitting.seat) == (begun, 2, "Schools")


def test_past_its_term_the_powers_last_and_the_table_says_so(as_member, cho, steering):
    chair = Appointment.objects.get(member=cho)
    Appointment.objects.filter(pk=chair.pk).update(since=today() - 800 * DAY, term_ends=today() - DAY)

    page = as_member(cho).get(reverse("steering:table", args=[steering.ref]))
    assert page.status_code == 200 and "Term over" in page.content.decode()


def test_ending_it_ends_whoever_stands_in_on_the_same_day(as_member, cho, held, sub, steering):
    day = today() + 10 * DAY
    said = {"wish": "end", "on": str(day), "reason": "A new job"}
    as_member(cho).post(reverse("steering:term", args=[steering.ref, held.pk]), said)

    rows = Appointment.objects.filter(group=steering, until_on=day)
    assert {row.member.name for row in rows} == {"Sol Bramble", "Sub Willow"}


def test_nobody_is_ended_before_they_began(as_member, cho, held, steering):
    said = {"wish": "end", "on": str(held.since - DAY), "reason": "A mistake"}
    as_member(cho).post(reverse("steering:term", args=[steering.ref, held.pk]), said)
    held.refresh_from_db()
    assert held.until_on is None


@pytest.mark.parametrize(("before", "says"), [(6, "In half a year"), (0, "In six weeks")])
def test_notice_goes_to_the_person_and_the_chair_once(mails, cho, held, before, says):
    ends = months_after(today(), 6) if before else today() + timedelta(weeks=6)
    Appointment.objects.filter(pk=held.pk).update(term_ends=ends)
    daily.day()
    daily.day()

    told = {to: mail for (to, _), mail in mails().items()}
    assert set(told) == {"sol@example.org", "cho@example.org"}
    text = told["sol@example.org"].get_body(("plain",)).get_content()
    assert "Nothing ends by itself" in text and f"{ends:%-d %B %Y}" in text
    assert says in told["sol@example.org"].get_body(("html",)).get_content()
    assert "Sol Bramble’s term" in told["cho@example.org"].get_body(("plain",)).get_content()


def test_nobody_is_warned_who_has_a_last_day_or_a_long_time(written, cho, held):
    Appointment.objects.filter(pk=held.pk).update(term_ends=today() + 400 * DAY)
    daily.day()
    Appointment.objects.filter(pk=held.pk).update(
        term_ends=today() + timedelta(weeks=6), until_on=today() + timedelta(weeks=6), end_reason="A new job"
    )
    daily.day()
    assert written() == []


def test_after_the_last_day_they_are_thanked_once_with_their_record(mails, cho, held):
    terms.end(held, on=today(), reason="A new job", by=cho)
    daily.day()
    assert mails() == {}
    with time_machine.travel(timezone.now() + DAY, tick=True):
        daily.day()
        daily.day()
        (((to, subject), mail),) = mails().items()
    assert (to, subject) == ("sol@example.org", "Thank you from LeedsCEP")
    assert "Meetings you came to" not in mail.get_body().get_content(), "nobody is told of none"


def test_whoever_goes_on_is_not_thanked_for_leaving(written, cho, held):
    Appointment.objects.filter(pk=held.pk).update(term_ends=today() - DAY)
    held.refresh_from_db()
    terms.renew(held, today() + 700 * DAY, by=cho)
    daily.day()
    assert written() == []


def test_ones_own_record_stands_on_ones_own_page(as_member, held, sol):
    page = as_member(sol).get("/me/").content.decode()
    assert "What I have done here so far" in page and f"since {held.since:%B %Y}" in page
    assert [row.group.name for row, _ in service_of(sol)] == ["Steering Group"]


def test_the_line_is_theirs_to_write(as_member, client, dee, held, sol, cho):
    address = reverse("steering:line", args=[held.pk])
    assert as_member(cho).get(address).status_code == 404
    as_member(sol).post(address, {"line": "Paints\nwith everybody.", "is_public": "on"})

    assert "Paints with everybody." in client.get("/partnerships/leedscep/steering/").content.decode()
    as_member(sol).post(address, {"line": "Paints"})
    assert "Sol Bramble" not in client.get("/partnerships/leedscep/steering/").content.decode()


def test_forgotten_they_leave_the_table_and_the_page(client, dee, held, sol, steering):
    from members.rights.forgetting import forget

    Appointment.objects.filter(pk=held.pk).update(is_public=True, line="Paints.")
    forget(Member.objects.get(pk=sol.pk))
    page = client.get("/partnerships/leedscep/steering/").content.decode()
    assert "Sol" not in page and "Paints" not in page
    assert "1 seat is free" in page
