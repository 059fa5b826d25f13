"""A deploy in mid-send: whoever is asked to stop finishes what is under way, and leaves nothing uncertain."""

import signal

import pytest

from mailings import journal
from mailings.models import Sender
from mailings.sweep import advance
from tests.mailings.conftest import crowd
from tests.mailings.processes import Processes
from tests.mailings.test_being_killed import kept_promise
from tests.servers.celery import Worker

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 160
SLOW = 0.01  # seconds for each answer, so that a stop comes while bodies are on their way


def nothing_is_uncertain(mailing, relay) -> None:
    """What was sent has arrived, all others wait, and nothing is left to a journal."""
    states = dict(mailing.deliveries.values_list("address", "state"))
    assert set(states.values()) == {"sent", "queued"}, "it came in mid-send, and nobody is in doubt"
    assert sorted(address for address, state in states.items() if state == "sent") == relay.recipients()
    assert not list(journal.folder().glob("*.journal"))
    assert set(Sender.objects.values_list("ended_how", flat=True)) == {"clean"}


def test_a_sender_that_is_asked_to_stop_leaves_nothing_uncertain(newsletter, leeds, relay):
    people, mailing = crowd(leeds, PEOPLE), newsletter()
    relay.pause = SLOW
    with Processes(relay.url + "?connections=4") as processes:
        sender = processes.start()
        relay.wait_for(20)
        sender.kill(signal.SIGTERM)
        assert sender.wait() == 0
        nothing_is_uncertain(mailing, relay)
        relay.pause = 0
        assert processes.start().wait() == 0
    kept_promise(mailing, people, relay, doubts=0)


def test_a_worker_that_is_asked_to_stop_leaves_nothing_uncertain(newsletter, leeds, relay, tmp_path):
    """As in production: the signal reaches the worker, and the process that sends is another one."""
    crowd(leeds, PEOPLE)
    mailing = newsletter()
    advance()  # prepared here: the kind is one of the tests
    relay.pause = SLOW
    worker = Worker(tmp_path, pool=("--concurrency", "1"), EMAIL_URL=relay.url + "?connections=4")
    with worker as program:
        relay.wait_for(20)
        assert program.stop(30) == 0
    nothing_is_uncertain(mailing, relay)
