"""Real sender processes, killed at any moment: nobody is lost, and nobody is mailed twice in silence."""

import random
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest

from mailings.models import Mailing, Sender
from tests import factories
from tests.mailings.kinds import NEWS
from tests.mailings.processes import Processes

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 600
POINTS = [
    "journal_created", "sender_inserted", "before_handover_commit", "after_handover_commit", "envelope_open", "before_H",
    "torn_H", "after_H", "mid_body", "after_body", "after_answer", "torn_A", "after_A", "before_results_commit",
    "after_results_commit", "replay_read", "replay_before_commit", "replay_after_commit", "end_before_unlink",
    "end_after_unlink",
]  # fmt: skip


@pytest.fixture
def processes(relay, transactional_db):
    with Processes(relay.url) as processes:
        yield processes


@pytest.fixture
def newsletter(leeds):
    people = factories.on_the_list(leeds, PEOPLE)
    mailing = Mailing.schedule(NEWS, key="news", partnership=leeds, subject="News", delay=timedelta(0))
    return mailing, people


def promise(mailing, people, relay, *, kills: int, doubts_each: int = 1) -> dict[str, int]:
    """Check what the engine promises after kills, and return the counts."""
    mailing.refresh_from_db()
    account = mailing.account()
    copies = Counter(mail.recipient for mail in relay.taken)
    states = dict(mailing.deliveries.values_list("address", "state"))
    assert mailing.candidates == mailing.prepared + mailing.excluded
    assert len(states) == mailing.prepared == len(people)
    assert set(states.values()) <= {"sent", "uncertain"}, "nobody is lost"
    assert not relay.twice(), "nobody is mailed twice in silence"
    assert {address for address, state in states.items() if state == "sent"} <= set(copies), (
        "sent means the relay has it"
    )
    assert account.uncertain <= kills * doubts_each
    assert len([line for line in account.exceptions if line[1] == "we cannot be sure"]) == account.uncertain
    assert not Sender.objects.filter(ended_at=None).exists()
    return {
        "sent": account.sent,
        "uncertain": account.uncertain,
        "of them arrived": account.uncertain + len(relay.taken) - len(people),
    }


def test_five_kills_at_random_moments(newsletter, relay, processes):
    mailing, people = newsletter
    relay.pause = 0.002
    kills = 0
    for _ in range(5):
        sender = processes.start()
        time.sleep(random.uniform(0.1, 0.6))
        sender.kill()
        kills += sender.wait() == -signal.SIGKILL
    assert processes.start().wait() == 0
    print(kills, promise(mailing, people, relay, kills=kills))
    assert kills == 5


def test_a_kill_at_every_named_moment(newsletter, relay, processes):
    mailing, people = newsletter
    died = []
    for point in POINTS:
        nth = 1 if point.startswith(("journal", "sender", "replay", "end")) else 3
        if point.startswith("end"):
            Mailing.objects.filter(pk=mailing.pk).update(state="paused")
            Mailing.objects.filter(pk=mailing.pk).update(state="sending")
        if processes.start(crash=f"{point}:{nth}").wait() == -signal.SIGKILL:
            died.append(point)
    assert processes.start().wait() == 0
    print(promise(mailing, people, relay, kills=len(died)), set(POINTS) - set(died))
