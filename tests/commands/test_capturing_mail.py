"""A captured mail is on disk before the sender is told so."""

import email
import mailbox
import smtplib
import socket
import sys
import time
from email import policy

import pytest

from demo.capture import Maildir
from tests.servers.program import Program

MAIL = "Subject: Grüße\r\n\r\n.a dot\r\nend\r\n".encode()


@pytest.fixture
def capture(tmp_path):
    """The SMTP server as a process of its own: (its port, its folder, the program)."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "demo.capture", str(listening.fileno()), str(tmp_path / "mail")]
        program = Program(command, tmp_path / "capture.log", fds=[listening.fileno()])
        yield listening.getsockname()[1], tmp_path / "mail", program
        program.stop()


def send(port: int, *people: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
                client.sendmail("site@example.org", people, MAIL)
            return
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_each_person_has_a_mail_with_its_envelope(capture):
    port, folder, _ = capture
    send(port, "ada@example.org", "ben@example.org")
    kept = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in (folder / "new").iterdir()]
    assert sorted(mail["Delivered-To"] for mail in kept) == ["ada@example.org", "ben@example.org"]
    assert {mail["Return-Path"] for mail in kept} == {"<site@example.org>"}
    assert {mail.get_payload() for mail in kept} == {".a dot\nend\n"}


def test_what_was_acknowledged_survives_a_kill(capture):
    port, folder, program = capture
    send(port, "ada@example.org")
    program.kill()
    assert len(mailbox.Maildir(folder)) == 1
    assert list((folder / "tmp").iterdir()) == []


def test_a_mail_that_cannot_be_kept_is_refused_for_now(capture):
    port, folder, program = capture
    send(port, "ada@example.org")
    (folder / "new").rename(folder / "away")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, "ben@example.org")
    assert refused.value.smtp_code == 452
    assert program.is_running
    assert list((folder / "tmp").iterdir()) == []


def test_names_never_meet(tmp_path):
    one, other = Maildir(tmp_path), Maildir(tmp_path)
    kept = {maildir.keep("a@example.org", "b@example.org", b"x") for maildir in (one, other) for _ in range(50)}
    assert len(kept) == 100
