"""A planned meeting of the cast's pod, four weeks ahead."""

from datetime import datetime, time, timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone

from lcep.site import today
from mailings.shift import Shift
from mailings.sweep import advance
from meetings.models import DatePoll, FollowUp, Meeting, Paper
from pods.models import Appointment, JoinWish, Proposal
from tests import factories
from tests.servers.smtp import Sink


def at(days: int, hour: int = 16, minute: int = 0) -> datetime:
    """That time of day in London, so many days from today."""
    return timezone.make_aware(datetime.combine(today() + timedelta(days=days), time(hour, minute)))


@pytest.fixture
def meeting(pod, ada, ben) -> Meeting:
    return Meeting.schedule(pod, starts_at=at(28), by=ada, seen=0, place="Example Library")


def passed(meeting: Meeting, days: int = 1) -> Meeting:
    """Let the meeting have been so many days ago."""
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at(-days), ends_at=at(-days, 17, 30))
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def theirs(leeds, meeting, pod, ada, ben, dee) -> dict[str, object]:
    """One of everything of LeedsCEP."""
    other = factories.GroupFactory(partnership=leeds)
    other.join(ben)
    task = factories.GroupFactory(
        partnership=leeds, kind="task-and-finish", parent=pod, finish_by=today() + timedelta(days=9)
    )
    Appointment.appoint(ada, task, "lead")
    return {
        "meeting": meeting,
        "event": Meeting.plan_event(leeds, starts_at=at(30), minutes=90, by=dee, title="Gathering", words="Come."),
        "poll": DatePoll.open(other, [at(40), at(41)], closes_on=at(9).date(), by=ada),
        "paper": Paper.put("Notes", by=ada, group=pod, url="https://example.org/notes"),
        "follow_up": FollowUp.objects.create(group=pod, text="Book", owner=ben),
        "wish": JoinWish.ask(other, ben),
        "proposal": Proposal.propose(pod, by=ben, name="N", purpose="P", output="O", finish_by=today()),
        "task": task,
    }


@pytest.fixture
def mails(db, settings):
    """Send what is due through the whole engine to a real SMTP server; return the mails by recipient and subject."""
    with Sink() as sink:
        settings.EMAIL_URL = sink.url

        def sent() -> dict[tuple[str, str], EmailMessage]:
            advance()
            Shift().until_empty()
            return {(mail.recipient, str(mail.message["Subject"])): mail.message for mail in sink.taken}

        yield sent
