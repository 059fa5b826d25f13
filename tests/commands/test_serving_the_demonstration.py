"""One command starts everything, and whatever ends it, nothing stays."""

import mailbox
import os
import re
import signal
import smtplib
import socket
import time

import pytest

PARTS = {"web": "demo.web", "worker": "celery -A lcep worker", "beat": "celery -A lcep beat", "capture": "demo.capture"}


def wait_for_parts(site, *names: str) -> None:
    deadline = time.monotonic() + 20
    wanted = [PARTS[name] for name in names or PARTS]
    while not all(any(words in command for command in site.processes().values()) for words in wanted):
        assert time.monotonic() < deadline, site.processes()
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_says_where_and_stops_when_asked(site, how):
    began = time.monotonic()
    running = site.start()
    took = time.monotonic() - began
    assert site.get("/healthz") == 200
    assert site.get("/") == 200
    assert f"http://localhost:{site.port}\n" in site.screen
    assert f"http://localhost:{site.port}/demo/" in site.screen
    assert "Traceback" not in site.screen and len(site.screen.splitlines()) < 20
    assert took < 20, "a second start takes seconds; this bound leaves room for two busy cores"
    wait_for_parts(site)
    running.send_signal(how)
    assert running.wait(timeout=15) == 0
    assert site.processes() == {}


def test_ctrl_c_reaches_only_the_supervisor(site):
    running = site.start()
    wait_for_parts(site)
    groups = {os.getpgid(number) for number in site.processes() if number != running.pid}
    assert os.getpgid(running.pid) not in groups
    running.terminate()
    running.wait(timeout=15)


def test_killing_the_supervisor_leaves_nothing(site):
    running = site.start()
    wait_for_parts(site)
    assert len(site.processes()) >= 6  # the supervisor, its four children, and gunicorn's own
    running.kill()
    running.wait()
    assert site.is_gone(), site.processes()


@pytest.mark.parametrize("name", PARTS)
def test_the_death_of_one_ends_all_and_is_told(site, name):
    running = site.start()
    wait_for_parts(site)
    os.kill(site.child(PARTS[name]), signal.SIGKILL)
    said, _ = running.communicate(timeout=15)
    assert running.returncode == 1
    assert f"{name} was ended by SIGKILL, so everything was stopped." in said
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


def test_the_same_data_is_not_served_twice(site):
    running = site.start()
    second = site.command(PORT=str(site.port + 1))
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "is running already" in said and len(said.splitlines()) == 1
    assert site.get("/healthz") == 200
    running.terminate()
    assert running.wait(timeout=15) == 0


def test_the_second_start_keeps_what_the_first_one_had(site):
    running = site.start()
    port = _smtp_port(site)
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail("site@example.org", ["ada@example.org"], b"Subject: Kept\r\n\r\n.one\r\ntwo\r\n")
    before = _subjects(site)
    keys = (site.var / "keys.json").read_text()
    running.terminate()
    running.wait(timeout=15)
    running = site.start()
    assert before == _subjects(site) and "Kept" in before
    assert keys == (site.var / "keys.json").read_text()
    running.terminate()
    assert running.wait(timeout=15) == 0


def test_mail_goes_where_email_url_says(site):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        running = site.start(EMAIL_URL=f"smtp://localhost:{port}")
        assert f"it goes to smtp://localhost:{port}" in site.screen
        assert not any(PARTS["capture"] in command for command in site.processes().values())
        running.terminate()
        assert running.wait(timeout=15) == 0


def _smtp_port(site) -> int:
    """Return the port that the web process was told to send its mail to."""
    number = site.child(PARTS["web"])
    with open(f"/proc/{number}/environ") as environment:
        return int(re.search(r"EMAIL_URL=smtp://127\.0\.0\.1:(\d+)", environment.read())[1])


def _subjects(site) -> list[str]:
    return sorted(str(mail["Subject"]) for mail in mailbox.Maildir(site.var / "mail"))
