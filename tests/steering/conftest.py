"""LeedsCEP's Steering Group: Cho chairs it, Sol sits on it, Sub stands in for Sol; and one action of its plan."""

from datetime import timedelta
from time import time

import pytest
from django.utils import timezone

from mailings.models import Delivery
from meetings.models import Meeting
from partnerships.models import Priority
from pods.models import Appointment
from steering.models import Action, Objective
from tests import factories
from tests.meetings.conftest import at, mails, passed

__all__ = ["at", "mails", "passed"]


@pytest.fixture
def steering(leeds, dee):
    return factories.GroupFactory(
        partnership=leeds, kind="steering", joining="appointed", name="Steering Group", slug="steering-group"
    )


@pytest.fixture
def cho(leeds, steering):
    """Chairs Steering."""
    cho = factories.member("cho@example.org", "Cho Oakapple")
    factories.membership(cho, leeds)
    Appointment.appoint(cho, steering, Appointment.Role.CHAIR)
    return cho


@pytest.fixture
def sol(leeds, steering):
    """Sits on Steering."""
    sol = factories.member("sol@example.org", "Sol Bramble")
    factories.membership(sol, leeds)
    Appointment.appoint(sol, steering, Appointment.Role.MEMBER)
    return sol


@pytest.fixture
def sub(leeds, steering, sol):
    """Stands in for Sol."""
    sub = factories.member("sub@example.org", "Sub Willow")
    seat = Appointment.objects.get(member=sol, group=steering)
    Appointment.appoint(sub, steering, Appointment.Role.SUBSTITUTE, substitute_for=seat)
    return sub


@pytest.fixture
def priority(leeds, dee):
    return Priority.objects.create(partnership=leeds, title="Advocacy and Access", short_name="Access", position=1)


@pytest.fixture
def objective(priority):
    return Objective.objects.create(priority=priority, title="Every school knows whom to ask")


@pytest.fixture
def action(objective, ada):
    """Ada answers for it, by a day in four months."""
    due = timezone.localdate() + timedelta(days=120)
    return Action.begin(objective, "Ask ten schools", by=None, owner=ada, due_on=due)


@pytest.fixture
def meeting(steering, cho, sol, sub):
    """Steering meets in three weeks."""
    return Meeting.schedule(steering, starts_at=at(21), by=cho, seen=0, place="Example Hall")


@pytest.fixture
def executive(leeds):
    return factories.GroupFactory(
        partnership=leeds, kind="executive", joining="appointed", name="Executive Group", slug="executive-group"
    )


@pytest.fixture
def ivy(leeds, executive):
    """Sits on the Executive."""
    ivy = factories.member("ivy@example.org", "Ivy Thatch")
    Appointment.appoint(ivy, executive, Appointment.Role.MEMBER)
    return ivy


@pytest.fixture
def max_(leeds, executive):
    """Sits on the Executive too."""
    max_ = factories.member("max@example.org", "Max Kettle")
    Appointment.appoint(max_, executive, Appointment.Role.MEMBER)
    return max_


@pytest.fixture
def fresh(as_member):
    """Return a client of somebody who has just shown who they are."""

    def sign_in(member):
        client = as_member(member)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time()}]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
        return client

    return sign_in


@pytest.fixture
def written(db):
    """Return who is written to: pairs of address and subject."""

    def letters() -> list[tuple[str, str]]:
        rows = Delivery.objects.select_related("mailing").order_by("pk")
        return [(row.address, row.mailing.subject) for row in rows]

    return letters
