"""Real sender processes, killed or frozen at any moment: nobody is lost, nobody is mailed twice in silence."""

import random
import signal
import time
from collections import Counter

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone

from mailings import journal
from mailings.account import exceptions
from mailings.cycle import LEASE
from mailings.models import Delivery, Mailing, Sender
from mailings.replay import replay
from mailings.run import HOLD
from mailings.sweep import Sweep
from mailings.verdicts import REPEATS
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CALL
from tests.mailings.mid_send import SLOW, nothing_is_uncertain
from tests.mailings.processes import Processes

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 120
BEGINNING = ["journal_created", "sender_inserted"]
MIDDLE = [
    "before_handover_commit", "after_handover_commit", "envelope_open", "before_H", "torn_H", "after_H", "mid_body",
    "after_body", "after_answer", "torn_A", "after_A", "before_results_commit", "after_results_commit",
]  # fmt: skip
REPLAY = ["replay_read", "replay_before_commit", "replay_after_commit"]


@pytest.fixture
def processes(relay):
    with Processes(relay.url + "?each=1") as processes:
        yield processes


@pytest.fixture
def people(leeds):
    return crowd(leeds, PEOPLE)


@pytest.fixture
def many(leeds):
    return crowd(leeds, 240)


def send_the_rest(processes: Processes) -> None:
    """Send until nobody waits. Rows that were in many dying hands come back seconds later: here time flies."""
    for _ in range(30):
        assert processes.start().wait() == 0
        waiting = Delivery.objects.filter(state="queued", mailing__state="sending")
        if not waiting.update(due_at=Now()):
            return


def kept_promise(mailing: Mailing, people: list[str], relay, *, doubts: int) -> None:
    """What the engine promises of marketing after any number of kills."""
    mailing.refresh_from_db()
    account = mailing.account()
    states = dict(mailing.deliveries.values_list("address", "state"))
    sent = {address for address, state in states.items() if state == "sent"}
    arrived = set(relay.recipients())
    assert mailing.candidates == mailing.prepared + mailing.excluded
    assert set(states) == set(people)
    assert set(states.values()) <= {"sent", "uncertain"}, "nobody is lost"
    assert not relay.twice(), "nobody is mailed twice in silence"
    assert sent <= arrived, "sent means that the relay has it"
    assert account.uncertain <= doubts, "at most one doubt for each open connection and kill"
    named = [what for _, what, _ in exceptions(mailing)]
    assert named == ["we cannot be sure"] * account.uncertain, "each of them is named"
    assert not Sender.objects.filter(ended_at=None).exists()
    assert not list(journal.folder().glob("*.journal"))


def let_time_fly() -> None:
    """What was in dying hands is due again."""
    replay()
    Delivery.objects.filter(state="queued").update(due_at=Now())


def killed_somewhere(processes: Processes, relay, more: int) -> None:
    """Start a sender and kill it at a random moment once so many more mails have come."""
    let_time_fly()
    relay.pause = 0.005  # so that it is not over before we come, and few are in hand
    sender = processes.start()
    relay.wait_for(len(relay.taken) + more)
    time.sleep(random.uniform(0, 0.02))
    sender.kill()
    relay.pause = 0
    assert sender.wait() == -signal.SIGKILL


def holds_the_lock() -> bool:
    """Whether a frozen process froze inside a cycle: on SQLite all writing waits then until it is woken or killed."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
        try:
            Sender.objects.filter(pk=None).update(cycle=0)
        except OperationalError:
            return True
        finally:
            cursor.execute("PRAGMA busy_timeout = 20000")
    return False


def test_five_kills_at_random_moments(newsletter, many, relay, processes):
    mailing = newsletter()
    for _ in range(5):
        killed_somewhere(processes, relay, random.randint(1, 25))
    send_the_rest(processes)
    kept_promise(mailing, many, relay, doubts=5)


def test_kills_of_a_process_with_several_connections(newsletter, many, relay):
    mailing = newsletter()
    with Processes(relay.url + "?connections=6&each=3") as processes:
        for _ in range(4):
            killed_somewhere(processes, relay, random.randint(1, 25))
        for point in ("after_H", "after_body", "torn_A", "after_A", "before_results_commit"):
            let_time_fly()
            assert processes.start(crash=f"{point}:7").wait() == -signal.SIGKILL, point
        send_the_rest(processes)
    kept_promise(mailing, many, relay, doubts=9 * 3)


def test_a_kill_at_every_named_moment(newsletter, many, relay, processes):
    mailing = newsletter()
    for point in ["prepare_before_commit", "prepare_after_commit", *BEGINNING]:
        assert processes.start(crash=f"{point}:1").wait() == -signal.SIGKILL, point
    for point in MIDDLE:
        let_time_fly()
        assert processes.start(crash=f"{point}:3").wait() == -signal.SIGKILL, point
    for point in REPLAY:
        let_time_fly()
        assert processes.start(crash="after_body:2").wait() == -signal.SIGKILL
        assert processes.start(crash=f"{point}:1").wait() == -signal.SIGKILL, point
    assert processes.start(crash="end_before_unlink:1").wait() == -signal.SIGKILL
    send_the_rest(processes)
    kept_promise(mailing, many, relay, doubts=len(MIDDLE) + len(REPLAY))


def test_service_mail_in_doubt_goes_again_under_the_same_number(leeds, many, relay, processes):
    mailing = Mailing.schedule(CALL, key="call", partnership=leeds, subject="Come")
    killed_somewhere(processes, relay, 30)
    relay.pause = 0.005
    for point in ("after_body", "after_answer", "torn_A"):
        assert processes.start(crash=f"{point}:9").wait() == -signal.SIGKILL
    relay.pause = 0
    send_the_rest(processes)
    again = mailing.deliveries.exclude(state="uncertain", faults__gt=REPEATS)  # who was in hand at all four kills
    assert set(again.values_list("state", flat=True)) == {"sent"}
    assert set(again.values_list("address", flat=True)) <= set(relay.recipients())
    copies = Counter(str(mail.message["Message-ID"]) for mail in relay.taken)
    faults = {f"<{number}@localhost>": faults for number, faults in Delivery.objects.values_list("public_id", "faults")}
    assert all(times <= 1 + faults[number] for number, times in copies.items())
    assert len(relay.taken) <= len(many) + 4


def test_with_its_journal_gone_nobody_is_lost_and_doubts_are_what_was_in_hand(newsletter, people, relay, processes):
    mailing = newsletter()
    killed_somewhere(processes, relay, 40)
    for path in journal.folder().glob("*.journal"):
        path.unlink()
    Sender.objects.update(lease_until=Now())
    send_the_rest(processes)
    kept_promise(mailing, people, relay, doubts=HOLD)


def test_one_is_asked_to_stop_in_mid_send_and_two_at_once_share_the_rest_with_nobody_in_doubt(
    newsletter, people, relay, processes
):
    mailing = newsletter()
    relay.pause = SLOW
    asked = processes.start()
    relay.wait_for(20)
    asked.kill(signal.SIGTERM)
    assert asked.wait() == 0
    nothing_is_uncertain(mailing, relay)
    relay.pause = 0
    first, second = processes.start(), processes.start()
    assert (first.wait(), second.wait()) == (0, 0)
    processes.start().wait()
    kept_promise(mailing, people, relay, doubts=0)
    assert relay.recipients() == sorted(people)


def test_a_process_frozen_past_its_lease_hands_over_nothing_when_it_wakes(newsletter, people, relay, processes):
    mailing = newsletter()
    relay.pause = 0.01
    zombie = processes.start(freeze="after_H:15", permit="0.2")
    zombie.wait_until_frozen()
    while holds_the_lock():
        zombie.kill(signal.SIGCONT)
        time.sleep(0.05)
        zombie.kill(signal.SIGSTOP)
        zombie.wait_until_frozen()
    relay.pause = 0
    Sender.objects.filter(ended_at=None).update(lease_until=timezone.now() - timezone.timedelta(seconds=LEASE))
    before = Sender.objects.get()
    time.sleep(0.3)
    send_the_rest(processes)
    assert 1 <= Delivery.objects.filter(state="uncertain").count() <= HOLD
    zombie.kill(signal.SIGCONT)
    assert zombie.wait() == 0
    after = Sender.objects.get(pk=before.pk)
    assert (after.ended_how, after.cycle) == ("expired", before.cycle), "its run had no cycle any more"
    kept_promise(mailing, people, relay, doubts=1)


def test_pausing_and_stopping_while_another_process_sends(newsletter, people, dee, relay, processes):
    relay.pause = 0.01  # 25 in hand are a quarter of a second
    mailing = newsletter()
    sender = processes.start()
    relay.wait_for(15)
    assert mailing.pause(dee, "Wait a moment")
    assert sender.wait() == 0
    paused_at = len(relay.taken)
    assert paused_at < PEOPLE, "what is in hand still goes, and no more"
    send_the_rest(processes)
    assert len(relay.taken) == paused_at
    mailing.resume(dee)
    sender = processes.start()
    relay.wait_for(paused_at + 10)
    assert mailing.stop(dee)
    assert sender.wait() == 0
    Sweep().run()
    account = mailing.account()
    assert account.sent == len(relay.taken) < PEOPLE
    assert account.sent + account.skipped == PEOPLE + 1
    assert (account.uncertain, account.failed, relay.twice()) == (0, 0, {})
