"""The SMTP server of the tests is a real one, and can be a bad one."""

import smtplib

import pytest

from tests.servers.smtp import CUT, Sink

MAIL = b"Subject: Hello\r\nMessage-ID: <1@example.org>\r\n\r\nText\r\n"


def send(sink: Sink, *people: str) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
        for person in people:
            client.sendmail("site@example.org", [person], MAIL)


def test_it_keeps_what_it_takes():
    with Sink() as sink:
        send(sink, "ada@example.org", "ben@example.org")
        assert sink.recipients() == ["ada@example.org", "ben@example.org"]
        assert sink.taken[0].message["Subject"] == "Hello"
        assert sink.taken[0].part("plain").strip() == "Text"
        assert sink.twice() == {"<1@example.org>": 2}


def test_it_refuses_where_it_is_told_to():
    with Sink(lambda step, address: "550 5.1.1 nobody" if (step, address[:3]) == ("RCPT", "ben") else None) as sink:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(sink, "ben@example.org")
        send(sink, "ada@example.org")
        assert sink.recipients() == ["ada@example.org"]


@pytest.mark.parametrize(("step", "taken"), [("DATA", []), ("KEPT", ["ada@example.org"])])
def test_it_hangs_up_with_and_without_the_mail(step, taken):
    with Sink(lambda at, address: CUT if at == step else None) as sink:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(sink, "ada@example.org")
        assert sink.recipients() == taken


def test_it_is_gone_after_the_block_and_comes_back_on_the_same_port():
    sink = Sink()
    with sink:
        port = sink.port
    with pytest.raises(ConnectionRefusedError):
        send(sink, "ada@example.org")
    with sink:
        send(sink, "ada@example.org")
        assert sink.port == port
