"""Nobody gets more than four mails about a meeting, nor three a week of what nobody waits for; the rest on Friday."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery, Exclusion, Mailing
from meetings import audience, daily, words
from meetings.models import Announcement, DatePoll, Invitation, Meeting, MinutesRevision, What
from tests import factories
from tests.meetings.conftest import at, passed

BEN = "ben@example.org"


@pytest.fixture(autouse=True)
def friday(monkeypatch):
    """Today is none until a test says so: the engine goes by the database's clock, which nobody can set."""
    weekday = timezone.localdate().weekday()
    monkeypatch.setattr(audience, "FRIDAY", (weekday + 1) % 7)
    return lambda: monkeypatch.setattr(audience, "FRIDAY", weekday)


def a_week_later() -> None:
    Mailing.objects.update(started_at=timezone.now() - timedelta(days=8))


def to(found, address: str = BEN) -> list[str]:
    return [subject for who, subject in found if who == address]


def busy(leeds, ada, ben, mails, groups: int = 3) -> None:
    """Let Ben have been invited to so many meetings today."""
    for number in range(groups):
        group = factories.GroupFactory(partnership=leeds)
        group.join(ben)
        Meeting.schedule(group, starts_at=timezone.now() + timedelta(days=30 + number), by=ada, seen=0)
    mails()


def test_the_fourth_of_a_week_waits_and_comes_on_friday_once(friday, leeds, pod, ada, ben, mails):
    busy(leeds, ada, ben, mails)
    meeting = Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=40), by=ada, seen=0)
    before = len(to(mails()))
    assert Exclusion.objects.get(member=ben).reason == audience.ON_FRIDAY
    daily.day()
    assert len(to(mails())) == before
    friday()
    for _ in range(2):
        daily.day()
    found = to(mails())
    assert len(found) == before + 1 and str(pod) in found[-1]
    assert Invitation.objects.filter(meeting=meeting, member=ben).exists()


def test_words_of_a_leader_wait_too(friday, leeds, pod, ada, ben, mails):
    busy(leeds, ada, ben, mails)
    words.write(pod, "Bring a mug.", by=ada)
    before = len(to(mails()))
    for _ in range(2):
        daily.on_friday()
    found = mails()
    assert len(to(found)) == before + 1
    (mail,) = [mail for (who, subject), mail in found.items() if who == BEN and "mug" in subject]
    assert str(mail["Reply-To"]) == "ada@example.org"


def test_an_invitation_to_everyone_waits_too_and_the_page_says_so(friday, as_member, leeds, ada, ben, dee, mails):
    busy(leeds, ada, ben, mails)
    event = Meeting.plan_event(
        leeds, starts_at=timezone.now() + timedelta(days=30), minutes=90, by=dee, title="Gathering", words="Come."
    )
    page = as_member(dee).get(reverse("meetings:invitation", args=[event.ref])).content.decode()
    assert "Send to 2 people" in page and "1: has had three mails this week" in page
    Announcement.make(What.INVITATION, meeting=event, by=dee, send_at=timezone.now())
    assert not [subject for subject in to(mails()) if "Gathering" in subject]
    daily.on_friday()
    Mailing.objects.filter(kind="event").update(send_at=timezone.now())
    found = mails()
    assert len([subject for subject in to(found) if "Gathering" in subject]) == 1
    assert len([subject for subject in to(found, "dee@example.org") if "Gathering" in subject]) == 1


def test_what_people_rely_on_waits_for_nothing(friday, leeds, pod, ada, ben, mails):
    meeting = Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=40), by=ada, seen=0, place="Hall")
    busy(leeds, ada, ben, mails)
    meeting.move(starts_at=timezone.now() + timedelta(days=41), by=ada, sequence=0)
    mails()
    meeting.settle_venue(by=ada, tell=True, place="Museum")
    mails()
    meeting.cancel(by=ada, reason="Snow")
    told = " ".join(to(mails()))
    assert all(words in told for words in ("moved to", "where we meet", "cancelled"))


def test_what_is_over_by_friday_is_not_sent(friday, leeds, pod, ada, ben, mails):
    busy(leeds, ada, ben, mails)
    Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=2), by=ada, seen=0)
    before = len(to(mails()))
    Meeting.objects.filter(group=pod).update(starts_at=at(-1), ends_at=at(-1, 17))
    daily.on_friday()
    assert len(to(mails())) == before


def test_a_leader_who_has_had_three_is_nudged_later(friday, leeds, pod, ada, ben, mails):
    meeting = Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=28), by=ada, seen=0)
    for number in range(2):
        group = factories.GroupFactory(partnership=leeds)
        group.join(ada)
        Meeting.schedule(group, starts_at=timezone.now() + timedelta(days=30 + number), by=ada, seen=0)
    mails()
    passed(meeting, 3)
    daily.nudge()
    assert not Mailing.objects.filter(kind="nudge").exists()
    friday()
    for _ in range(2):
        daily.nudge()
    assert Delivery.objects.get(mailing__kind="nudge").member == ada


@pytest.mark.parametrize("answers", [True, False])
def test_four_mails_are_the_whole_life_of_a_meeting(leeds, pod, ada, ben, mails, answers):
    """Who answers gets poll, invitation, papers and outcome; who never does, poll, invitation and a word after each."""

    def deliver() -> None:
        mails()
        a_week_later()  # the week's budget has its own tests

    poll = DatePoll.open(pod, [at(40), at(41)], closes_on=at(1).date(), by=ada)
    deliver()
    DatePoll.objects.update(made_at=timezone.now() - timedelta(days=4))
    if answers:
        poll.answer(ben, {poll.options.first().pk: "yes"})
    daily.remind_of_polls()
    deliver()
    meeting = poll.fix(poll.options.first(), by=ada)
    deliver()
    if answers:
        Invitation.objects.get(member=ben).answer("yes", source="page")
    Meeting.objects.update(starts_at=at(6), ends_at=at(6, 17), made_at=timezone.now() - timedelta(days=20))
    daily.remind()
    deliver()
    soon = timezone.now() + timedelta(hours=20)
    Meeting.objects.update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    daily.on_the_eve()
    deliver()
    passed(meeting).hold(by=ada)
    MinutesRevision.write(meeting, "We met.", seen=0, by=ada)
    MinutesRevision.agree(meeting, number=1, by=ada)
    deliver()
    sent = list(
        Delivery.objects.filter(member=ben, state="sent")
        .order_by("pk")
        .values_list("mailing__announcement__what", flat=True)
    )
    expected = (
        ["poll", "invitation", "eve", "outcome"] if answers else ["poll", "poll reminder", "invitation", "reminder"]
    )
    assert sent == expected
