"""What the tests of the engine share: a relay that takes everything, a hand to send with, and a crowd."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from mailings import account
from mailings.models import Delivery, Mailing
from mailings.shift import Shift
from members.models import Member, Membership
from tests.mailings.kinds import NEWS
from tests.servers.smtp import Sink
from trust.addresses import key_of

collect_ignore = [] if "LCEP_FAULTS" in os.environ else ["test_servers_that_fall.py"]


@pytest.fixture
def relay(settings):
    """A real SMTP server, and the site pointed at it."""
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        yield sink


@pytest.fixture(autouse=True)
def counts_are_fresh(monkeypatch):
    """Rows of one test have the ids of another's: nothing is kept from one to the next, or for two seconds."""
    account._kept.clear()
    monkeypatch.setattr(account, "FRESH", 0.0)


@pytest.fixture
def send(db):
    """Send what is due, in this process, and return the counts by verdict. Only one thread asks the database."""

    def until_empty(**options) -> dict[str, int]:
        shift = Shift(**options)
        shift.until_empty()
        return {verdict: count for verdict, count in shift.counts.items() if count}

    return until_empty


@pytest.fixture
def states(db):
    """Return what became of everybody, by address."""
    return lambda: dict(Delivery.objects.order_by("id").values_list("address", "state"))


@pytest.fixture
def newsletter(leeds):
    """Return a newsletter to everybody on the list of Leeds that leaves at once."""

    def plan(key="news", partnership=leeds, **changes) -> Mailing:
        return Mailing.schedule(
            NEWS, **{"key": key, "partnership": partnership, "subject": "News", "delay": timedelta(0)} | changes
        )

    return plan


def crowd(partnership, count: int, name: str = "person") -> list[str]:
    """Put many members on a list, quickly, and return their addresses."""
    addresses = [f"{name}{number}@example.org" for number in range(count)]
    people = Member.objects.bulk_create(
        Member(email=address, mail_to=address, key=key_of(address), name=address.partition("@")[0].title())
        for address in addresses
    )
    now = timezone.now()
    Membership.objects.bulk_create(
        [Membership(member=person, partnership=partnership, newsletter_since=now) for person in people]
    )
    return addresses
