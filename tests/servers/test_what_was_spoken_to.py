"""A full run speaks to a real PostgreSQL, a real Redis and a real Celery worker, and can tell."""

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from lcep.celery import app
from tests.mailings import mid_send
from tests.servers.celery import Worker
from tests.servers.smtp import Sink

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def promised():
    """What bin/test says it started, in words."""
    promised = os.environ.get("LCEP_TEST_SERVERS")
    assert promised, "These tests need the servers that bin/test starts: bin/test --postgres"
    return promised


def test_the_database_is_the_postgresql_that_was_started(promised):
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    assert f"PostgreSQL {version}," in promised


def test_the_broker_is_the_redis_that_was_started(promised):
    with app.connection_for_write() as broker:
        assert broker.transport.driver_type == "redis"
        version = broker.default_channel.client.info("server")["redis_version"]
    assert f"Redis {version}," in promised
    assert urlsplit(app.conf.broker_url).port == urlsplit(settings.REDIS_URL).port


def test_a_worker_answers_carries_a_letter_away_and_stops_in_mid_send_with_nobody_in_doubt(promised, leeds, tmp_path):
    two_processes = ("--concurrency", "2")  # as in its container
    with Sink() as sink, Worker(tmp_path, pool=two_processes, EMAIL_URL=f"{sink.url}?connections=4&each=2") as worker:
        assert [answer["ok"] for reply in app.control.ping(timeout=20) for answer in reply.values()] == ["pong"]
        mid_send.stopped_in_it(worker, sink, leeds)
