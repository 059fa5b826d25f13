"""A planned meeting of the cast's pod, four weeks ahead."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from lcep.site import today
from meetings.models import Meeting


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
