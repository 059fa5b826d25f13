"""The servers beside us fall while we send: asked for with LCEP_FAULTS, because each needs servers of its own.

LCEP_FAULTS=200,10000 bin/test --postgres -s tests/mailings/test_servers_that_fall.py
"""

import os
import signal
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from bench.place import Place
from lcep.celery import app
from mailings.models import Delivery, Site
from mailings.sweep import advance
from mailings.tasks import sweep
from tests.mailings.conftest import crowd
from tests.servers import postgres
from tests.servers.celery import Worker
from tests.servers.redis import Redis

RESTARTS, PEOPLE = 5, 4000


@pytest.fixture
def folder():
    """A folder that PostgreSQL can enter as somebody else, where we are root."""
    with tempfile.TemporaryDirectory(prefix="lcep-faults-", dir="/tmp" if os.geteuid() == 0 else None) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_postgresql_restarted_five_times_in_immediate_mode_loses_nobody(relay, folder, capsys):
    """As after a crash of the server: its processes are ended in the middle of whatever they do."""
    server = postgres.start(folder / "postgres")
    try:
        place = Place(folder / "place", server.url, PEOPLE)
        mailing = place.ask("plan")["mailing"]
        place.close()
        senders = place.senders(2, f"{relay.url}?connections=4&each=2")
        for turn in range(1, RESTARTS + 1):
            relay.wait_for(turn * 600, 120)
            server.program.stop_with = signal.SIGQUIT
            server.program.stop()
            server.start()
        account = states(server.url, mailing)
        until = time.monotonic() + 120
        while account.keys() & {"queued", "handed"} and time.monotonic() < until:
            time.sleep(0.5)
            account = states(server.url, mailing)
        for sender in senders:
            sender.stop()
    finally:
        server.stop()
    with capsys.disabled():
        print(f"\nPostgreSQL restarted {RESTARTS} times: {account}, twice {len(relay.twice())}")  # noqa: T201
    assert account == {"sent": PEOPLE}
    assert len(relay.taken) == PEOPLE
    assert not relay.twice()


def states(url: str, mailing: int) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return dict(
            connection.execute(
                "SELECT state, count(*) FROM mailings_delivery WHERE mailing_id = %s GROUP BY state", [mailing]
            ).fetchall()
        )


@pytest.mark.django_db(transaction=True)
def test_redis_stopped_and_flushed_during_a_send_costs_nobody_anything(newsletter, leeds, relay, tmp_path):
    redis, people = Redis(tmp_path / "redis"), crowd(leeds, 300)
    relay.pause = 0.02
    try:
        newsletter()
        advance()  # here: the worker does not know the tests' kinds of mail
        with Worker(tmp_path, REDIS_URL=redis.url, EMAIL_URL=f"{relay.url}?connections=3"):
            look(redis)
            relay.wait_for(40)
            redis.stop()
            relay.wait_for(len(people), 60)
            newsletter(key="second")
            advance()
            redis.start()  # empty: no wake of before is left
        with Worker(tmp_path, REDIS_URL=redis.url, EMAIL_URL=f"{relay.url}?connections=3"):
            look(redis)
            relay.wait_for(2 * len(people), 60)
    finally:
        redis.stop()
    assert sorted(relay.recipients()) == sorted(2 * people)
    assert not relay.twice()
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"sent", "handed"}


def look(redis: Redis) -> None:
    """Have the worker sweep and send, as beat does every 30 seconds."""
    Site.objects.update(swept_at=None)
    with app.connection_for_write(redis.url) as broker:
        sweep.apply_async(connection=broker)
