"""What was promised to expire is deleted, and nothing else."""

from datetime import timedelta

import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.models import JoinRequest, Wording
from members.tasks import tidy
from trust.models import Cap


def test_a_join_request_goes_after_seven_days_and_not_before(leeds):
    JoinRequest.ask(leeds, "sam@example.org", with_events=False, wording=Wording.of("Join."))
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        tidy()
        assert JoinRequest.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        tidy()
        tidy()
        assert JoinRequest.objects.count() == 0


def test_caps_and_sessions_go_when_they_are_over(ben, as_member):
    as_member(ben)
    Cap.take("test", "a", 1, timedelta(hours=1))
    tidy()
    assert (Cap.objects.count(), Session.objects.count()) == (1, 1)
    with time_machine.travel(timezone.now() + timedelta(days=120)):
        tidy()
    assert (Cap.objects.count(), Session.objects.count()) == (0, 0)
