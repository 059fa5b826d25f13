"""Killed again and again: a short run with every test, a long one on request, with figures.

    LCEP_FAULTS=200,10000 python -m pytest -s tests/mailings/test_the_long_run.py

says 200 kills over 10,000 people, and each test prints its line. `bench/README.md` keeps the last figures.
"""

import os
import random
import signal
import time

import pytest
from django.db import connection
from django.db.models.functions import Now

from mailings import journal
from mailings.models import Sender
from mailings.run import HOLD
from tests.mailings.conftest import crowd
from tests.mailings.processes import Processes
from tests.mailings.test_being_killed import MIDDLE, kept_promise, send_the_rest

pytestmark = pytest.mark.django_db(transaction=True)

KILLS, PEOPLE = (int(number) for number in os.environ.get("LCEP_FAULTS", "6,150").split(","))
CONNECTIONS = 3


@pytest.fixture
def figure(capsys):
    """Print one line where somebody asked for figures."""

    def say(fault: str, mailing, relay, kills: int, bound: int) -> None:
        states = list(mailing.deliveries.values_list("address", "state"))
        arrived = set(relay.recipients())
        doubts = [address for address, state in states if state == "uncertain"]
        lost = sum(state == "sent" and address not in arrived for address, state in states)
        with capsys.disabled():
            print(  # noqa: T201 - asked for
                f"\n{connection.vendor}: {fault}: {kills} kills, {len(states)} people, lost {lost}, "
                f"twice {len(relay.twice())}, in doubt {len(doubts)} (at most {bound}), "
                f"of them arrived {len(arrived.intersection(doubts))}"
            )

    return say if "LCEP_FAULTS" in os.environ else lambda *_: None


def is_over(mailing) -> bool:
    """Whether everybody has been written to, or is in doubt; not while nobody has prepared it."""
    mailing.refresh_from_db()
    return mailing.prepared is not None and not mailing.deliveries.filter(state__in=["queued", "handed"]).exists()


def killed(processes: Processes, relay, kill: int, *, journals: bool = True) -> None:
    """Kill one sender: every other time at a named moment, else anywhere."""
    if kill % 2:
        processes.start(crash=f"{MIDDLE[kill // 2 % len(MIDDLE)]}:{random.randint(1, 9)}").wait()
    else:
        sender, before = processes.start(), len(relay.taken)
        until = time.monotonic() + 5
        while len(relay.taken) <= before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.03))
        sender.kill(signal.SIGKILL)
        sender.wait()
    if not journals:
        for path in journal.folder().glob("*.journal"):
            path.unlink()
        Sender.objects.filter(ended_at=None).update(lease_until=Now())


def test_killed_again_and_again_nobody_is_lost_or_mailed_twice(newsletter, leeds, relay, figure):
    people = crowd(leeds, PEOPLE)
    mailing, kills = newsletter(), 0
    with Processes(f"{relay.url}?connections=6&each={CONNECTIONS}") as processes:
        while kills < KILLS and not is_over(mailing):
            killed(processes, relay, kills)
            kills += 1
        send_the_rest(processes)
    figure("killed, journal kept", mailing, relay, kills, kills * CONNECTIONS)
    kept_promise(mailing, people, relay, doubts=kills * CONNECTIONS)


def test_killed_and_the_journal_deleted_each_time_doubts_are_what_was_in_hand(newsletter, leeds, relay, figure):
    people = crowd(leeds, PEOPLE)
    mailing, kills = newsletter(), 0
    with Processes(f"{relay.url}?connections=6&each={CONNECTIONS}") as processes:
        while kills < max(KILLS // 4, 2) and not is_over(mailing):
            killed(processes, relay, 2 * kills, journals=False)
            kills += 1
        send_the_rest(processes)
    figure("killed, journal deleted", mailing, relay, kills, kills * HOLD)
    kept_promise(mailing, people, relay, doubts=kills * HOLD)
