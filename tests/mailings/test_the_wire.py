"""On the wire: one round trip a mail where the relay takes groups, and one mail in doubt whatever breaks."""

import contextlib
import select
import socket
import ssl
import threading
import time
from datetime import UTC

import pytest

from mailings import wire
from mailings.models import Delivery, Route
from mailings.relay import Relay
from mailings.replies import Reply
from mailings.run import Run
from tests.mailings.conftest import crowd
from tests.servers.smtp import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Server:
    """A relay that says exactly what it is told to: `script(number, line)` answers each line of each connection."""

    def __init__(self, script) -> None:
        self.script, self.heard, self.bodies = script, [], []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?each=1"

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.listening.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection, self.connections), daemon=True).start()

    def _talk(self, connection, number):
        with contextlib.suppress(OSError), connection, connection.makefile("rb", buffering=0) as lines:
            self.last = connection
            connection.sendall(b"220 ready\r\n")
            for raw in lines:
                line = raw.decode().strip()
                self.heard.append((number, line))
                answer = self.script(number, line)
                if answer is None:
                    return
                connection.sendall(answer)
                if answer.startswith(b"354"):
                    body = []
                    while (raw := lines.readline()) not in {b".\r\n", b""}:
                        body.append(raw)
                    if not raw:
                        return
                    self.bodies.append(b"".join(body))
                    answer = self.script(number, ".")
                    if answer is None:
                        connection.shutdown(socket.SHUT_RDWR)
                        return
                    connection.sendall(answer)


def usual(number, line):
    if line.upper().startswith("EHLO"):
        return b"250-relay\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
    return b"354 go on\r\n" if line == "DATA" else b"250 fine\r\n"


def sent_to(newsletter, settings, url: str) -> dict[str, str]:
    settings.EMAIL_URL = url
    newsletter()
    from mailings.sweep import advance

    advance()
    Run(Relay.of_site()).send()
    return dict(Delivery.objects.order_by("id").values_list("address", "state"))


def test_with_groups_the_next_envelope_leaves_with_the_body_before_it(newsletter, settings, leeds):
    crowd(leeds, 3)
    waiting = []

    def script(number, line):
        if line == ".":  # the answer is held back: what is here already left together with the body
            time.sleep(0.2)
            waiting.append(bool(select.select([server.last], [], [], 0)[0]))
        if line == "DATA":  # and the next row comes to hand meanwhile
            time.sleep(0.2)
        return usual(number, line)

    with Server(script) as server:
        assert set(sent_to(newsletter, settings, server.url).values()) == {"sent"}
    assert waiting == [True, True, False]
    assert len(server.bodies) == 3
    assert [line for _, line in server.heard].count("DATA") == 3
    assert server.connections == 1


@pytest.mark.parametrize("takes_groups", [True, False])
def test_both_orders_carry_the_same_mail(newsletter, settings, leeds, takes_groups):
    people = crowd(leeds, 30)
    with Sink(takes_groups=takes_groups) as sink:
        assert set(sent_to(newsletter, settings, sink.url).values()) == {"sent"}
        assert sink.recipients() == sorted(people)


@pytest.mark.parametrize("takes_groups", [True, False])
def test_a_refused_envelope_between_two_good_ones_costs_nobody_anything(newsletter, settings, leeds, takes_groups):
    crowd(leeds, 9)
    bad = {"person3@example.org", "person4@example.org", "person8@example.org"}
    refuse = lambda step, address: "550 5.1.1 who?" if step == "RCPT" and address in bad else None  # noqa: E731
    with Sink(refuse, takes_groups=takes_groups) as sink:
        states = sent_to(newsletter, settings, sink.url + "?each=1")
        assert {address for address, state in states.items() if state == "failed"} == bad
        assert len(sink.taken) == 6
        assert sink.connections == 1, "a refusal is no reason to hang up"


def test_data_accepted_after_a_refused_recipient_is_left_by_closing_never_with_a_dot(newsletter, settings, leeds):
    crowd(leeds, 3)

    def script(number, line):
        if line.startswith("RCPT") and "person1@" in line:
            return b"550 5.1.1 who?\r\n"
        return usual(number, line)

    with Server(script) as server:
        states = sent_to(newsletter, settings, server.url)
    assert sorted(states.values()) == ["failed", "sent", "sent"]
    assert len(server.bodies) == 2
    assert all(b"Subject: News" in body for body in server.bodies), "no empty mail"


@pytest.mark.parametrize("lines", [1, 4])
def test_closing_after_each_mail_is_no_trouble(newsletter, settings, leeds, lines):
    """A relay that takes one mail a connection, and says so with a 421 to the next envelope."""
    crowd(leeds, 5 * lines)
    carried = set()

    def script(number, line):
        if line.startswith("MAIL") and number in carried:
            return b"421 4.7.0 one mail a connection\r\n"
        if line == ".":
            carried.add(number)
        return usual(number, line)

    with Server(script) as server:
        url = server.url.replace("each=1", f"connections={lines}&each={lines}")
        assert set(sent_to(newsletter, settings, url).values()) == {"sent"}
    assert server.connections == len(server.bodies) == 5 * lines
    assert Route.objects.get().closed_until is None


def test_cut_after_the_dot_only_the_mail_whose_body_left_is_in_doubt(newsletter, settings, leeds):
    crowd(leeds, 6)

    def script(number, line):
        if line == "." and len(server.bodies) == 3:
            return None
        return usual(number, line)

    with Server(script) as server:
        states = list(sent_to(newsletter, settings, server.url).values())
    assert (states.count("uncertain"), states.count("sent")) == (1, 5)
    assert len(server.bodies) == 6


def test_cut_in_the_middle_of_a_body_nothing_is_in_doubt(newsletter, settings, leeds):
    crowd(leeds, 4)

    def script(number, line):
        if line == "DATA" and number == 1:
            return b"354 go"  # torn: the connection ends in the middle of the reply
        return usual(number, line) if number > 1 or not line.startswith("X") else None

    class Torn(Server):
        def _talk(self, connection, number):
            if number == 1:
                with connection:
                    connection.sendall(b"220 ready\r\n")
                    connection.recv(100)
                    connection.sendall(b"250-relay\r\n250 PIPELINING\r\n")
                    connection.recv(1000)
                    connection.sendall(b"250 fine\r\n250 fine\r\n354 go")
                return
            super()._talk(connection, number)

    with Torn(script) as server:
        states = list(sent_to(newsletter, settings, server.url).values())
        assert states.count("queued") == 4, "trouble before a body: everything waits, nobody is in doubt"
        Route.objects.update(closed_until=None)
        Run(Relay.of_site()).send()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_relay_that_never_answers_leaves_one_doubt_when_its_time_is_over(newsletter, settings, leeds, monkeypatch):
    crowd(leeds, 4)
    monkeypatch.setattr(wire, "FINAL", 1)
    stalled = threading.Event()

    def script(number, line):
        if line == "." and not stalled.is_set():
            stalled.set()
            time.sleep(2.5)
        return usual(number, line)

    with Server(script) as server:
        states = list(sent_to(newsletter, settings, server.url).values())
    assert (states.count("uncertain"), states.count("sent")) == (1, 3)


def test_a_250_that_comes_late_is_still_a_250(newsletter, settings, leeds):
    crowd(leeds, 3)

    def script(number, line):
        if line == ".":
            time.sleep(0.4)
        return usual(number, line)

    with Server(script) as server:
        assert set(sent_to(newsletter, settings, server.url).values()) == {"sent"}


def test_replies_of_several_lines_and_torn_into_bytes_are_read_whole():
    from mailings.ear import Cut, Ear

    here, there = socket.socketpair()
    ear = Ear(here)

    def drip():
        for byte in b"250-first\r\n250-second\r\n250 third\r\n354 go\r\n":
            there.send(bytes([byte]))
        there.close()

    def reply():
        while (found := ear.reply()) is None:
            ear.listen()
        return found

    threading.Thread(target=drip, daemon=True).start()
    assert reply() == Reply(250, "first second third")
    assert reply() == Reply(354, "go")
    with pytest.raises(Cut):
        reply()


def test_encryption_that_fails_closes_the_way_out_and_sends_nothing_in_clear(newsletter, settings, leeds, tmp_path):
    crowd(leeds, 2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = self_signed(tmp_path)
    context.load_cert_chain(certificate, key)
    with Sink(tls_context=context) as sink:
        states = sent_to(newsletter, settings, sink.url + "?tls=starttls")
        assert set(states.values()) == {"queued"}
        assert sink.taken == []
    assert "could not be spoken to in private" in Route.objects.get().closed_reason


def test_encryption_where_it_is_offered_carries_the_mail(newsletter, settings, leeds, tmp_path):
    people = crowd(leeds, 20)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    with Sink(tls_context=context, require_starttls=True) as sink:
        assert set(sent_to(newsletter, settings, sink.url + "?tls=offered").values()) == {"sent"}
        assert sink.recipients() == sorted(people)


def test_a_refused_password_closes_the_way_out_with_words(newsletter, settings, leeds):
    crowd(leeds, 2)

    def script(number, line):
        if line.upper().startswith("EHLO"):
            return b"250-relay\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"
        return b"535 5.7.8 wrong\r\n" if line.startswith("AUTH") else usual(number, line)

    with Server(script) as server:
        url = f"smtp://us:secret@127.0.0.1:{server.port}?tls=off"
        assert set(sent_to(newsletter, settings, url).values()) == {"queued"}
    assert "does not accept our password" in Route.objects.get().closed_reason
    assert "secret" not in Route.objects.get().closed_reason


def self_signed(folder):
    from datetime import datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return folder / "cert", folder / "key"
