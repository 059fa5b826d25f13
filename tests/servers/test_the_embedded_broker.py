"""Without Redis, a folder is the broker: a message is there whole or not at all, and a worker hears it."""

import subprocess
import sys
from queue import Empty

import pytest
from django.db import connection
from kombu import Connection

import lcep.broker  # noqa: F401  (makes folder:// known)
from tests.mailings import mid_send
from tests.servers.celery import Worker
from tests.servers.smtp import Sink

WRITER = """
import sys, time
from kombu import Connection
import lcep.broker
options = dict.fromkeys(["data_folder_in", "data_folder_out", "control_folder"], sys.argv[1])
channel = Connection("folder://", transport_options=options).channel()
for number in range(1500):
    channel._put("celery", {"number": number, "body": "x" * 500})
    time.sleep(0.0005)
"""


@pytest.fixture
def channel(tmp_path):
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path)}
    with Connection("folder://", transport_options=options) as folder:
        yield folder.channel()


def test_whoever_reads_while_another_writes_finds_whole_messages_in_order(channel, tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)])
    numbers = []
    while writer.poll() is None or len(numbers) < 1500:
        try:
            numbers.append(channel._get("celery")["number"])
        except Empty:
            assert writer.poll() in (None, 0)
            if writer.poll() == 0 and not channel._size("celery"):
                break
    assert sorted(numbers) == list(range(1500))


def test_a_message_of_another_queue_stays(channel):
    channel._put("one", {"number": 1})
    with pytest.raises(Empty):
        channel._get("other")
    assert channel._get("one") == {"number": 1}


@pytest.mark.django_db(transaction=True)
def test_a_worker_carries_a_letter_away_and_leaves_nothing_uncertain_when_asked_to_stop(leeds, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the pass on SQLite has the embedded broker")
    one_process = ("--concurrency", "1")  # as on a small machine: who is asked to stop is not who sends
    with Sink() as sink, Worker(tmp_path, pool=one_process, EMAIL_URL=f"{sink.url}?connections=4") as worker:
        mid_send.stopped_in_it(worker, sink, leeds)
