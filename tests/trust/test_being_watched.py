"""Whoever watches the machine is told numbers, and hears from it as long as all is well."""

import http.server
import threading

import pytest
from django.utils import timezone

from lcep import site
from mailings.models import Site
from tests.servers.program import free_port
from trust.tasks import tell_that_all_is_well

WORD = "a-word-of-32-characters-or-more-0123"


@pytest.fixture
def swept(db):
    """Somebody sends."""
    Site.objects.update_or_create(pk=1, defaults={"swept_at": timezone.now()})


def test_numbers_are_told_to_who_shows_the_word(client, settings, swept):
    settings.METRICS_TOKEN = WORD
    answer = client.get("/metrics", headers={"authorization": f"Bearer {WORD}"})
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    told = {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}
    assert told["lcep_mail_queued"] == 0
    assert told['lcep_ready{check="database"}'] == 1
    assert 0 <= told["lcep_sender_silent_seconds"] < 60
    assert all(name.split("{")[0] in answer.content.decode().split("# TYPE ", 1)[1] for name in told)


@pytest.mark.parametrize("shown", ["", "Bearer ", f"Bearer {WORD}x", WORD, "Bearer é"])
def test_to_others_they_are_not_there(client, settings, db, shown):
    settings.METRICS_TOKEN = WORD
    assert client.get("/metrics", headers={"authorization": shown}).status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer "])
def test_without_the_setting_they_are_not_there_at_all(client, settings, db, shown):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": shown}).status_code == 404


@pytest.fixture
def watcher(settings):
    """A watcher outside, which writes down what it hears."""
    heard = []

    class Hear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing of it."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Hear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PING_URL = f"http://127.0.0.1:{server.server_port}/lcep"
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def well(monkeypatch, swept):
    """All is well, whatever else this machine lacks."""
    monkeypatch.setattr(site.readiness, "parts", {"database": (10, lambda: "")})


def test_a_watcher_outside_hears_from_us_while_all_is_well(watcher, well):
    tell_that_all_is_well()
    assert watcher == ["/lcep"]


def test_it_hears_nothing_once_something_is_not(watcher, well, caplog):
    site.readiness.add("sender heartbeat", lambda: "no sender has been heard of yet")
    tell_that_all_is_well()
    assert watcher == [] and "no sender has been heard of" in caplog.text


def test_a_watcher_who_does_not_answer_harms_nobody(settings, well, caplog):
    settings.PING_URL = f"http://127.0.0.1:{free_port()}/"
    tell_that_all_is_well()
    assert "did not answer" in caplog.text
