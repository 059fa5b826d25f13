"""One command starts everything, and whatever ends it, nothing stays. A start takes seconds: a test does a lot."""

import http.cookiejar
import mailbox
import os
import re
import signal
import smtplib
import socket
import sqlite3
import time
import urllib.parse
import urllib.request

import psycopg

from tests.servers.smtp import Sink

PARTS = {"web": "demo.web", "worker": "celery -A lcep worker", "beat": "celery -A lcep beat", "capture": "demo.capture"}


def test_it_says_where_it_is_and_ctrl_c_stops_all_of_it(site):
    running = site.start()
    assert site.get("/healthz") == 200
    assert site.get("/") == 200
    assert f"http://localhost:{site.port}\n" in site.screen
    assert f"http://localhost:{site.port}/demo/" in site.screen
    assert "Traceback" not in site.screen and len(site.screen.splitlines()) < 25

    wait_for_parts(site)
    of_children = {os.getpgid(number) for number in site.processes() if number != running.pid}
    assert os.getpgid(running.pid) not in of_children, "Ctrl-C reaches the supervisor alone"

    second = site.command(PORT=str(site.port + 1))
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "is running already" in said and len(said.splitlines()) == 1, "the same data is not served twice"

    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 0
    assert site.processes() == {}


def test_the_second_start_keeps_mail_and_keys_and_a_kill_leaves_nothing(site):
    running = site.start()
    with smtplib.SMTP("127.0.0.1", smtp_port(site), timeout=60) as client:
        client.sendmail("site@example.org", ["ada@example.org"], b"Subject: Kept\r\n\r\n.one\r\ntwo\r\n")
    before = subjects(site)
    keys = (site.var / "keys.json").read_text()
    running.terminate()
    assert running.wait(timeout=20) == 0
    assert site.processes() == {}

    running = site.start()
    assert before == subjects(site) and "Kept" in before
    assert keys == (site.var / "keys.json").read_text()

    wait_for_parts(site)
    assert len(site.processes()) >= 6  # the supervisor, its four children, and gunicorn's own
    running.kill()
    running.wait()
    assert site.is_gone(), site.processes()


def test_the_death_of_one_ends_all_and_is_told(site):
    running = site.start()
    wait_for_parts(site)
    os.kill(site.child(PARTS["worker"]), signal.SIGKILL)
    said, _ = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "worker was ended by SIGKILL, so everything was stopped." in said
    assert site.processes() == {}


def test_a_port_in_use_is_one_line_and_nothing_runs(site):
    with socket.create_server(("127.0.0.1", site.port)):
        refused = site.command()
        said, _ = refused.communicate(timeout=30)
    assert refused.returncode == 1
    assert said == (
        f"CommandError: Port {site.port} cannot be used: another program answers there. "
        "PORT names another one, as in: PORT=8001 bin/run\n"
    )
    assert site.processes() == {}


def test_mail_goes_where_email_url_says_and_a_stop_in_mid_send_leaves_nothing_uncertain(site):
    people = [f"{name}@example.org" for name in ("dee", "ada", "ben", "cy")]
    with Sink(pause=0.2) as sink:
        running = site.start(EMAIL_URL=f"{sink.url}?connections=2")
        assert f"it goes to {sink.url}" in site.screen
        assert not any(PARTS["capture"] in command for command in site.processes().values())
        for address in people:
            ask_for_a_code(site, address)
        sink.wait_for(1)
        running.terminate()
        assert running.wait(timeout=20) == 0
    became = what_became_of(site, people)
    assert {state for _, state in became} <= {"sent", "queued"}
    assert sorted(address for address, state in became if state == "sent") == sink.recipients()


def wait_for_parts(site) -> None:
    deadline = time.monotonic() + 120
    while not all(any(words in command for command in site.processes().values()) for words in PARTS.values()):
        assert time.monotonic() < deadline, site.processes()
        time.sleep(0.05)


def ask_for_a_code(site, address: str) -> None:
    """Ask as a visitor for a code to sign in with, which is a mail at once."""
    cookies = http.cookiejar.CookieJar()
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    page = f"{site.url}/accounts/login/"
    visitor.open(page, timeout=20)
    form = {"email": address, "csrfmiddlewaretoken": next(cookie.value for cookie in cookies if cookie.name == "csrf")}
    visitor.open(page, urllib.parse.urlencode(form).encode(), timeout=20)


def what_became_of(site, people: list[str]) -> list[tuple[str, str]]:
    """Return address and state of each of the last mails, from the demonstration's own database."""
    last = f"SELECT address, state FROM mailings_delivery ORDER BY id DESC LIMIT {len(people)}"
    if url := site.env.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            found = connection.execute(last).fetchall()
    else:
        with sqlite3.connect(site.var / "lcep.sqlite3") as connection:
            found = connection.execute(last).fetchall()
    assert sorted(address for address, _ in found) == sorted(people)
    return found


def smtp_port(site) -> int:
    """Return the port that the web process was told to send its mail to."""
    with open(f"/proc/{site.child(PARTS['web'])}/environ") as environment:
        return int(re.search(r"EMAIL_URL=smtp://127\.0\.0\.1:(\d+)", environment.read())[1])


def subjects(site) -> list[str]:
    return sorted(str(mail["Subject"]) for mail in mailbox.Maildir(site.var / "mail"))
