"""A sender that freezes inside a cycle holds up nobody for ever."""

import os
import signal
import time

import pytest
from django.db import connection

from mailings import rescue
from mailings.journal import Journal
from mailings.models import Sender
from mailings.sweep import Sweep
from tests.mailings.conftest import crowd
from tests.mailings.processes import Processes
from tests.mailings.test_being_killed import holds_the_lock, kept_promise, send_the_rest

pytestmark = pytest.mark.django_db(transaction=True)


def test_on_sqlite_it_is_ended_once_its_lease_is_long_over_and_the_others_go_on(newsletter, leeds, relay, monkeypatch):
    people = crowd(leeds, 40)
    mailing = newsletter()
    with Processes(relay.url + "?each=1") as processes:
        frozen = processes.start(freeze="before_results_commit:1")
        frozen.wait_until_frozen()
        assert rescue.free_database() == [], "its lease is not over"
        if connection.vendor == "sqlite":
            assert holds_the_lock()
            monkeypatch.setattr(rescue, "OVERDUE", -120)
            began = time.monotonic()
            Sweep.if_due()
            assert time.monotonic() - began < 10
            assert frozen.wait() == -signal.SIGKILL
            monkeypatch.undo()
        else:
            frozen.kill()
            frozen.wait()
        send_the_rest(processes)
    kept_promise(mailing, people, relay, doubts=1)


def test_only_the_process_that_holds_the_journal_is_named(db):
    import uuid

    run = uuid.uuid4()
    journal = Journal(run)
    assert rescue.holder(journal.path) == os.getpid()
    journal.close(finished=False)
    assert rescue.holder(journal.path) is None
    assert rescue.holder(journal.path.with_name("nothing")) is None
    journal.path.unlink()


def test_nobody_ends_itself_or_a_run_of_another_machine(db, monkeypatch, relay):
    from django.db.models.functions import Now

    from mailings.relay import Relay

    sender = Sender.objects.create(route=Relay.read(relay.url).route(), lease_until=Now())
    monkeypatch.setattr(rescue, "OVERDUE", -120)
    assert rescue.free_database() == []
    journal = Journal(sender.pk)
    assert rescue.free_database() == []
    journal.close(finished=True)
