"""What the tests of the engine share: a relay that takes everything, and a hand to send with."""

import pytest

from mailings.models import Delivery
from mailings.shift import Shift
from tests.servers.smtp import Sink


@pytest.fixture
def relay(settings):
    """A real SMTP server, and the site pointed at it."""
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        yield sink


@pytest.fixture
def send(transactional_db):
    """Send what is due, in this process, and return the counts by verdict."""

    def until_empty() -> dict[str, int]:
        shift = Shift()
        shift.until_empty()
        return {verdict: count for verdict, count in shift.counts.items() if count}

    return until_empty


@pytest.fixture
def states():
    """Return what became of everybody, by address."""
    return lambda: dict(Delivery.objects.order_by("id").values_list("address", "state"))
