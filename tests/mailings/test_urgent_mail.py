"""A code does not wait: neither behind a long newsletter, nor behind connections that stand still."""

import threading

import pytest

from lcep.letters import Letter
from mailings import crew
from mailings.models import Delivery, Sender
from mailings.relay import Relay
from mailings.run import Run
from mailings.sweep import advance
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CODE
from tests.mailings.test_the_wire import Server, usual

pytestmark = pytest.mark.django_db


class Stalling(Server):
    """A relay that does not answer newsletters until it is let go."""

    def __init__(self) -> None:
        self.stalls, self.stalled, self.codes = threading.Event(), threading.Event(), {}
        self.let_go, self.gave_up = threading.Event(), False
        super().__init__(self.answered)

    def answered(self, number, line):
        if line == "." and self.stalls.is_set() and b"Auto-Submitted" not in self.bodies[-1]:
            self.stalled.set()
            self.gave_up |= not self.let_go.wait(20)
        return usual(number, line)


def asked_for_a_code(run: Run, server: Stalling) -> None:
    """Let a person ask for a code as soon as the lines stand still."""
    turn, asked = run._turn, []

    def turning():
        if server.stalled.is_set() and not asked:
            asked.append(Letter(CODE, "ada@example.org", "Your code", "987654").send())
        if asked and any(b"987654" in body for body in server.bodies):
            server.stalls.clear()
            server.let_go.set()
        turn()

    run._turn = turning


@pytest.mark.parametrize("connections", [1, 2])
def test_while_every_connection_stands_still_a_code_leaves_by_one_more(
    newsletter, leeds, settings, monkeypatch, connections
):
    monkeypatch.setattr(crew, "STUCK", 0.3)
    crowd(leeds, 12)
    newsletter()
    with Stalling() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}?connections={connections + 1}&each={connections}"
        advance()
        server.stalls.set()
        run = Run(Relay.of_site())
        asked_for_a_code(run, server)
        run.send()
    assert not server.gave_up, "the code was there before the newsletter had its answer"
    assert Sender.objects.get().connections == connections + 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert len(server.bodies) == 13, "nobody got it twice"


def test_a_code_waits_for_two_newsletters_however_many_are_in_hand(newsletter, leeds, settings, monkeypatch):
    """A line fills the next newsletter while it waits for an answer; it must not do so past a code."""
    monkeypatch.setattr(Run, "_adapt", lambda run, found: setattr(run, "hold", 200))
    crowd(leeds, 120)
    newsletter()
    asked, here = threading.Event(), threading.Event()

    def answered(number, line):
        if line == "." and len(server.bodies) == 20:
            asked.set()
            assert here.wait(10)
        return usual(number, line)

    with Server(answered) as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}?connections=1"
        advance()
        run = Run(Relay.of_site())
        turn = run._turn

        def turning():
            if asked.is_set() and not here.is_set():
                Letter(CODE, "ada@example.org", "Your code", "987654").send()
                turn()
                here.set()
            turn()

        run._turn = turning
        run.send()
    (at,) = [at for at, body in enumerate(server.bodies) if b"987654" in body]
    assert len(server.bodies) == 121
    assert at <= 22, "the one whose answer is awaited, the one announced, the one filled, and then the code"


def test_where_the_way_out_has_no_connection_to_spare_none_is_opened(newsletter, leeds, settings, monkeypatch):
    monkeypatch.setattr(crew, "STUCK", 0.1)
    crowd(leeds, 3)
    newsletter()
    with Stalling() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}?connections=1"
        advance()
        server.stalls.set()
        run = Run(Relay.of_site())
        asked_for_a_code(run, server)
        threading.Timer(1.0, lambda: (server.stalls.clear(), server.let_go.set())).start()
        run.send()
    assert Sender.objects.get().connections == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert len(server.bodies) == 4
