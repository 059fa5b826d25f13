"""Several people at the same moment: one outcome, told to everyone once. Threads on a real database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from mailings.models import Mailing
from meetings.models import Conflict, DatePoll, Invitation, Meeting, MinutesRevision, NotNow, Planned
from tests import factories
from tests.meetings.conftest import at, passed

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6


def at_once(act) -> list:
    """Call `act(n)` in as many threads at the same moment and return what each answered or raised."""
    ready = Barrier(CROWD)

    def one(number: int):
        ready.wait()
        try:
            return act(number)
        except (Planned, NotNow, Conflict) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as threads:
        return list(threads.map(one, range(CROWD)))


def count(answers: list, kind: type) -> int:
    return sum(isinstance(answer, kind) for answer in answers)


def test_all_plan_another_date_and_there_is_one_meeting_told_once(pod, ada, ben):
    answers = at_once(lambda n: Meeting.schedule(pod, starts_at=at(30 + n), by=ada, seen=0))
    assert count(answers, Meeting) == 1 and count(answers, Planned) == CROWD - 1
    assert Meeting.objects.count() == 1 and Mailing.objects.filter(kind="meeting").count() == 1
    assert Invitation.objects.count() == 2


def test_all_plan_the_same_date_and_all_get_the_same_meeting(pod, ada, ben):
    answers = at_once(lambda _: Meeting.schedule(pod, starts_at=at(30), by=ada, seen=0).pk)
    assert len(set(answers)) == 1 and Mailing.objects.filter(kind="meeting").count() == 1


def test_all_move_it_and_one_is_first(meeting, ada):
    answers = at_once(lambda n: Meeting.objects.get(pk=meeting.pk).move(starts_at=at(40 + n), by=ada, sequence=0))
    meeting.refresh_from_db()
    assert answers.count(None) == 1 and count(answers, Planned) == CROWD - 1
    assert meeting.sequence == 1 and meeting.changes.count() == 1


def test_all_call_it_off_and_it_is_told_once(meeting, ada):
    at_once(lambda n: Meeting.objects.get(pk=meeting.pk).cancel(by=ada, reason=f"Reason {n}"))
    meeting.refresh_from_db()
    assert meeting.sequence == 1 and meeting.announcements.filter(what="cancelled").count() == 1


def test_all_want_the_last_place(pod, ada):
    people = [factories.member(f"p{number}@example.org", f"P{number}") for number in range(CROWD)]
    for person in people:
        pod.join(person)
    meeting = Meeting.schedule(pod, starts_at=at(30), by=ada, seen=0)
    Meeting.objects.update(capacity=1)
    at_once(lambda n: Invitation.objects.get(meeting=meeting, member=people[n]).answer("yes", source="page"))
    assert meeting.invitations.coming().count() == 1 and meeting.invitations.waiting().count() == CROWD - 1
    at_once(lambda n: Invitation.objects.get(meeting=meeting, member=people[n]).answer("no", source="page"))
    assert not meeting.invitations.coming().exists() and not meeting.invitations.waiting().exists()


def test_it_moves_while_members_answer(pod, ada):
    people = [factories.member(f"p{number}@example.org", f"P{number}") for number in range(CROWD)]
    for person in people:
        pod.join(person)
    meeting = Meeting.schedule(pod, starts_at=at(30), by=ada, seen=0)

    def act(number: int):
        if number == 0:
            return Meeting.objects.get(pk=meeting.pk).move(starts_at=at(40), by=ada, sequence=0)
        return Invitation.objects.get(meeting=meeting, member=people[number]).answer("yes", source="page")

    assert at_once(act) == [None] * CROWD
    meeting.refresh_from_db()
    assert meeting.moved_sequence == 1
    for invitation in meeting.invitations.exclude(reply=""):
        assert invitation.wants_confirming == (invitation.replied_sequence < 1)


def test_all_fix_a_date_of_the_poll_and_there_is_one(pod, ada, ben):
    poll = DatePoll.open(pod, [at(20 + number) for number in range(CROWD)], closes_on=at(7).date(), by=ada)
    options = list(poll.options.all())
    answers = at_once(lambda n: DatePoll.objects.get(pk=poll.pk).fix(options[n], by=ada))
    assert count(answers, Meeting) == 1 and count(answers, Planned) == CROWD - 1
    assert Mailing.objects.filter(announcement__what="invitation").count() == 1


def test_all_write_minutes_and_no_words_are_lost(meeting, ada):
    passed(meeting).hold(by=ada)
    answers = at_once(lambda n: MinutesRevision.write(meeting, f"Words {n}", seen=0, by=ada))
    assert count(answers, MinutesRevision) == 1 and count(answers, Conflict) == CROWD - 1
