"""Newcomers, leavers, reminders, papers the day before, nudges: each once, however often the day is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailings.models import Mailing
from meetings import daily
from meetings.models import DatePoll, Invitation, Meeting
from partnerships.models import HalfTerm
from pods.models import Appointment
from tests import factories
from tests.meetings.conftest import at, passed


def kinds() -> list[str]:
    return list(Mailing.objects.filter(kind="meeting").order_by("pk").values_list("announcement__what", flat=True))


def day_twice() -> None:
    daily.day()
    daily.day()


def test_who_joins_is_invited_and_who_leaves_is_taken_off(meeting, pod, ben):
    cleo = factories.member("cleo@example.org", "Cleo")
    pod.join(cleo)
    pod.leave(ben)
    day_twice()
    assert kinds() == ["invitation", "invitation", "withdrawn"]
    assert set(Invitation.objects.live().values_list("member__name", flat=True)) == {"Ada", "Cleo"}


def test_who_leaves_and_comes_all_the_same_stays_on_the_list(meeting, pod, ben):
    Invitation.objects.get(member=ben).answer("yes", source="page")
    pod.leave(ben)
    day_twice()
    assert kinds() == ["invitation"]


def test_a_week_before_the_silent_are_asked_and_the_day_before_those_who_come_get_the_papers(meeting, ben):
    Invitation.objects.get(member=ben).answer("yes", source="page")
    Meeting.objects.update(starts_at=at(6), ends_at=at(6, 17), made_at=timezone.now() - timedelta(days=20))
    day_twice()
    assert kinds() == ["invitation", "reminder"]
    Meeting.objects.update(starts_at=timezone.now() + timedelta(hours=20), ends_at=timezone.now() + timedelta(hours=21))
    day_twice()
    assert kinds() == ["invitation", "reminder", "eve"]


def test_papers_and_the_link_reach_those_who_come_alone(meeting, ada, ben, mails):
    Meeting.objects.update(mode="online", join_url="https://meet.example.org/room")
    Invitation.objects.get(member=ben).answer("yes", source="page")
    mails()
    Meeting.objects.update(starts_at=timezone.now() + timedelta(hours=20), ends_at=timezone.now() + timedelta(hours=21))
    daily.on_the_eve()
    with_link = {to for (to, _), mail in mails().items() if "meet.example.org" in mail.as_string()}
    assert with_link == {"ben@example.org"}


def test_a_poll_reminds_the_silent_once(pod, ada, ben):
    poll = DatePoll.open(pod, [at(20), at(21)], closes_on=at(1).date(), by=ada)
    day_twice()
    assert kinds() == ["poll"]
    DatePoll.objects.update(made_at=timezone.now() - timedelta(days=4))
    poll.answer(ben, {poll.options.first().pk: "yes"})
    day_twice()
    assert kinds() == ["poll", "poll reminder"]


@pytest.mark.parametrize("days", [2, 12])
def test_leaders_hear_once_that_a_record_is_to_come(meeting, pod, ben, days):
    Appointment.appoint(ben, pod, "lead")
    passed(meeting, days)
    day_twice()
    written = Mailing.objects.filter(kind="nudge")
    assert sorted(row.deliveries.get().address for row in written) == ["ada@example.org", "ben@example.org"]
    assert "who came" in written.first().subject


def test_leaders_hear_once_when_it_is_time_for_a_date(meeting, leeds, dee, pod, ada):
    term = {"school_year": "now", "name": "Term", "number": 1, "first_on": at(-200).date(), "last_on": at(300).date()}
    HalfTerm.objects.create(place=leeds.places.get(), **term)
    passed(meeting, 20).hold(by=ada)
    day_twice()
    assert not Mailing.objects.filter(kind="nudge").exists()
    passed(meeting, 40)
    day_twice()
    letter = Mailing.objects.get(kind="nudge")
    body = bytes(letter.rendition.body).decode()
    assert "It has been 5 weeks since Youth Voice met." in body and f"/lead/{pod.ref}/plan/" in body
    Meeting.schedule(pod, starts_at=at(30), by=ada, seen=meeting.pk)
    day_twice()
    assert Mailing.objects.filter(kind="nudge").count() == 1
