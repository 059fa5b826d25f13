"""Faults that no peer of ours survives without a loss or a second copy, each in its short form."""

import os
import resource
import time
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, connections
from django.db.models import F
from django.db.models.functions import Now

from mailings import alarm, journal, slots, wire
from mailings.journal import Full, Journal, Notes
from mailings.models import Delivery, Mailing, Route, Sender, Site
from mailings.relay import Relay
from mailings.run import Run
from mailings.sweep import Sweep, advance
from mailings.tasks import sweep, wake
from mailings.verdicts import FAULT, Result, settle
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CALL
from tests.mailings.processes import Processes
from tests.mailings.test_the_wire import Server, sent_to, usual

LONDON = ZoneInfo("Europe/London")


@pytest.mark.django_db
def test_a_connection_whose_other_end_is_gone_without_a_word_costs_nobody_anything(
    newsletter, leeds, settings, monkeypatch
):
    """Half open: what we write is taken by our own kernel, and nobody ever answers."""
    monkeypatch.setattr(wire, "FINAL", 1)
    crowd(leeds, 6)

    class HalfOpen(Server):
        def _talk(self, connection, number):
            if number > 1:
                return super()._talk(connection, number)
            with connection:
                connection.sendall(b"220 ready\r\n")
                connection.recv(100)
                connection.sendall(b"250-relay\r\n250 PIPELINING\r\n")
                connection.recv(1000)
                connection.sendall(b"250 fine\r\n250 fine\r\n354 go on\r\n")
                heard = b""
                while b"\r\n.\r\n" not in heard or not heard.endswith(b"DATA\r\n"):
                    heard += connection.recv(65536)
                self.bodies.append(heard)
                connection.sendall(b"250 taken\r\n")
                time.sleep(3)  # and never a word again
            return None

    with HalfOpen(usual) as server:
        assert set(sent_to(newsletter, settings, server.url).values()) == {"sent"}
    assert (server.connections, len(server.bodies)) == (2, 6)


@pytest.mark.django_db(transaction=True)
def test_a_journal_on_a_full_disk_ends_the_run_and_nobody_is_in_doubt(newsletter, leeds, relay, send, monkeypatch):
    crowd(leeds, 40)
    newsletter()
    advance()
    run = Run(Relay.of_site())
    begin = Journal.begun

    def begun(notes, *arguments):
        if len(relay.taken) >= 10:
            os.dup2(os.open("/dev/full", os.O_WRONLY), notes.file)
        begin(notes, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "begun", begun)
        run.send()
    states = list(Delivery.objects.values_list("state", flat=True))
    assert "uncertain" not in states
    assert 10 <= states.count("sent") == len(relay.taken) < 40
    assert "notes" in Route.objects.get().closed_reason
    Route.objects.update(closed_until=None)
    send()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not relay.twice()


def test_a_journal_that_may_not_grow_says_so_and_its_torn_line_does_not_count():
    run = uuid.uuid4()
    child = os.fork()
    if not child:
        notes = Journal(run)
        resource.setrlimit(resource.RLIMIT_FSIZE, (notes.size + 100, notes.size + 100))
        written = 0
        try:
            while written < 100:
                notes.begun(written + 1, 1)
                written += 1
        except Full:
            os._exit(written)
        os._exit(255)
    written = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    path = journal.folder() / f"{run}.journal"
    assert 0 < written < 100
    assert len(Notes.read(path.read_bytes()).begun) == written
    path.unlink()


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_web_host_whose_clock_is_wrong_delays_nobody_and_sends_nothing_twice(newsletter, leeds, relay, send, hours):
    """Hours are the database's; on SQLite that is this machine's own clock, which Python does not see here."""
    crowd(leeds, 3)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
        mailing = newsletter()
        call = Mailing.schedule(CALL, key="call", partnership=leeds, subject="Come")
        assert send() == {"sent": 6}
        assert send() == {}
    assert {Mailing.objects.get(pk=each.pk).state for each in (mailing, call)} == {"done"}
    assert not relay.twice()


@pytest.mark.parametrize("night", [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)])
def test_on_the_nights_when_clocks_change_a_mail_bears_the_right_second(night):
    for minutes in range(0, 120, 15):
        moment = night + timedelta(minutes=minutes)
        written = slots._date(int(moment.timestamp()))
        assert parsedate_to_datetime(written) == moment
        assert parsedate_to_datetime(written).utcoffset() == moment.astimezone(LONDON).utcoffset()


@pytest.mark.django_db
def test_a_newsletter_planned_for_the_hour_that_comes_twice_leaves_once(newsletter, leeds, relay, send):
    crowd(leeds, 2)
    first = datetime(2020, 10, 25, 1, 30, tzinfo=LONDON)
    mailing = newsletter(send_at=first, delay=None)
    assert mailing.send_at == datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
    Mailing.objects.update(late_after=Now() + timedelta(hours=1))
    assert send() == {"sent": 2}
    assert send() == {}


@pytest.mark.django_db
def test_beat_twice_sweeps_once_and_beat_never_is_made_up_for_by_any_sender(
    newsletter, leeds, relay, send, monkeypatch
):
    crowd(leeds, 4)
    rung = []
    monkeypatch.setattr(alarm, "ring", lambda: rung.append(1))
    newsletter()
    Site.objects.update(swept_at=Now() - timedelta(minutes=1))
    assert [Sweep.if_due(), Sweep.if_due()] == [True, False]
    Site.objects.update(swept_at=Now() - timedelta(minutes=1))
    sweep()
    sweep()
    assert len(rung) == 1
    Site.objects.update(swept_at=Now() - timedelta(days=1))
    assert send() == {"sent": 4}
    assert Site.objects.get().swept_at > datetime.now(UTC) - timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_woken_twice_never_or_late_everybody_gets_it_once(newsletter, leeds, relay):
    """A task that is lost (a flushed Redis), repeated, or comes when all is done."""
    crowd(leeds, 8)
    newsletter()
    advance()
    wake()
    wake()
    assert len(relay.taken) == 8
    newsletter(key="second")
    advance()  # its wake was flushed away
    Site.objects.update(swept_at=Now() - timedelta(minutes=1))
    sweep()
    wake()
    assert len(relay.taken) == 16


@pytest.mark.django_db
def test_a_row_that_breaks_what_carries_it_drifts_away_from_its_neighbours(newsletter, leeds):
    crowd(leeds, 1)
    newsletter()
    advance()
    sender = Sender.objects.create(route=Route.objects.get(), lease_until=Now())
    waits = []
    for _ in range(10):
        Delivery.objects.update(state="handed", sender=sender, attempt=F("attempt") + 1)
        row = Delivery.objects.get()
        with connection.cursor() as cursor:
            settle(cursor, [Result(row.pk, row.attempt, FAULT)])
        row.refresh_from_db()
        waits.append(round((row.due_at - datetime.now(UTC)).total_seconds()))
    assert waits[:4] == [1, 4, 9, 16]
    assert (row.state, row.faults) == ("failed", 10)


@pytest.mark.django_db(transaction=True)
def test_several_processes_killed_and_started_again_never_exceed_the_limit_in_any_second(leeds, relay):
    limit, people = 50, crowd(leeds, 120)
    Mailing.schedule(CALL, key="call", partnership=leeds, subject="Come")
    options = f"?per_second={limit}&connections=6&each=2&reserve=1"
    with Processes(relay.url + options) as processes:
        senders = [processes.start() for _ in range(3)]
        relay.wait_for(40)
        senders[0].kill()
        senders[0].wait()
        senders[0] = processes.start()
        began = len(relay.taken), time.monotonic()
        relay.wait_for(115)
        rate = (115 - began[0]) / (time.monotonic() - began[1])
        assert [sender.wait() for sender in senders] == [0, 0, 0]
    at = sorted(mail.at for mail in relay.taken)
    worst = max(sum(begin <= other < begin + 1 for other in at) for begin in at)
    assert worst <= limit
    assert set(relay.recipients()) == set(people)
    assert rate >= 0.2 * limit, "and it is used, also while rows of the dead are still counted"


@pytest.mark.django_db(transaction=True)
def test_the_database_ends_our_connections_again_and_again(newsletter, leeds, relay):
    """PostgreSQL ends every session of the senders five times; on SQLite the database stays locked five times."""
    people = crowd(leeds, 100)
    mailing = newsletter()
    relay.pause = 0.005
    with Processes(relay.url + "?connections=4&each=2") as processes:
        senders = [processes.start(), processes.start()]
        for turn in range(1, 6):
            relay.wait_for(15 * turn)
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                else:
                    cursor.execute("BEGIN IMMEDIATE")
                    time.sleep(0.05)
                    cursor.execute("ROLLBACK")
        for sender in senders:
            sender.wait()
        relay.pause = 0
        processes.start().wait()
    connections.close_all()
    assert mailing.account().sent == len(people)
    assert relay.recipients() == sorted(people)
