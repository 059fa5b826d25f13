"""A run is over after 20 seconds. A relay that thinks over a mail for longer leaves nobody in doubt for that."""

import gc
import sys
import threading

import pytest

from lcep.letters import Letter
from mailings import crew, pace, run
from mailings.models import Delivery
from mailings.relay import Relay
from mailings.run import Run
from mailings.sweep import advance
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CODE
from tests.mailings.test_urgent_mail import Stalling

pytestmark = pytest.mark.django_db


@pytest.fixture
def thoughtful(leeds, newsletter, settings, monkeypatch):
    """A relay with a newsletter for two, about which it thinks until it is let go."""
    monkeypatch.setattr(run, "PATIENCE", 0.2)
    monkeypatch.setattr(crew, "STUCK", 0.1)
    crowd(leeds, 2)
    newsletter()
    with Stalling() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}?connections=2&each=1"
        advance()
        server.stalls.set()
        yield server


def states() -> list[str]:
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_what_is_under_way_is_waited_for(thoughtful):
    threading.Timer(1.5, lambda: (thoughtful.stalls.clear(), thoughtful.let_go.set())).start()
    Run(Relay.of_site(), seconds=0.3).send()
    assert "uncertain" not in states() and "sent" in states()
    Run(Relay.of_site()).send()
    assert states() == ["sent", "sent"] and len(thoughtful.bodies) == 2, "nobody got it twice"


def test_a_code_goes_out_meanwhile(thoughtful):
    sending, ending = Run(Relay.of_site(), seconds=0.1), []
    turn = sending._turn

    def turning():
        if sending.is_ending and not ending:
            ending.append(sending)
            Letter(CODE, "ada@example.org", "Your code", "987654").send()
        if any(b"987654" in body for body in thoughtful.bodies):
            thoughtful.stalls.clear()
            thoughtful.let_go.set()
        turn()

    sending._turn = turning
    sending.send()
    assert ending and not thoughtful.gave_up
    assert any(b"987654" in body for body in thoughtful.bodies) and "uncertain" not in states()


def test_the_pace_of_python_is_as_it_was_before(leeds, newsletter, relay, settings):
    crowd(leeds, 2)
    newsletter()
    settings.EMAIL_URL = relay.url
    advance()
    sending, during = Run(Relay.of_site()), []
    turn = sending._turn
    sending._turn = lambda: (during.append((sys.getswitchinterval(), gc.get_threshold()[0])), turn())
    before = sys.getswitchinterval(), gc.get_threshold()
    sending.send()
    assert states() == ["sent", "sent"]
    assert during == [(pytest.approx(pace.SWITCH), pace.YOUNG)] * len(during)
    assert (sys.getswitchinterval(), gc.get_threshold()) == before


def test_who_is_told_to_stop_does_not_wait_so_long(thoughtful):
    Run(Relay.of_site(), is_stopping=thoughtful.stalled.is_set).send()
    assert not thoughtful.gave_up
    assert "uncertain" in states()
