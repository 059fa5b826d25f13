"""One connection to the relay, and one mail at a time on it.

smtplib opens, encrypts and signs in; the mail itself is spoken here, reply by reply, because what may
be said afterwards depends on how far it came. Up to the last byte of the final dot nothing has
happened; from there to the answer it is in doubt; after a 250 it is sent.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from typing import Any, Protocol

from django.conf import settings

from mailings import crash
from mailings.envelope import is_plain, return_path
from mailings.journal import Full, Journal
from mailings.relay import Relay
from mailings.replies import Hurt, Judgement, Reply, Trouble, judge
from mailings.verdicts import BACK, DOUBT, DOUBTFUL, FAILED, FAULT, OUR_FAULT, SENT

OPENING = 30.0  # seconds to connect, greet and encrypt
REPLYING = 300.0  # RFC 5321 4.5.3.2.1 to .3: MAIL and RCPT
WRITING = 180.0  # 4.5.3.2.5: a block of the body
FINAL = 600.0  # 4.5.3.2.6: a shorter wait after the final dot makes duplicates
IDLE = 20.0  # a connection unused for longer is opened anew

NO_NOTES = Trouble("The disk on which the sender keeps its notes is full", is_ours=True)


def boottime() -> float:
    """Seconds since the machine started, also while it slept or the process was frozen."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Errand(Protocol):
    """What a line carries: one row in hand."""

    id: int
    attempt: int
    address: str
    permit: float

    def fill(self) -> bytes: ...


class Line:
    """A connection, opened when first needed and again when the relay has closed it."""

    def __init__(self, relay: Relay, journal: Journal, per_connection: int) -> None:
        self.relay, self.journal, self.per_connection = relay, journal, per_connection
        self.smtp: smtplib.SMTP | None = None
        self.carried = 0
        self.used_at = 0.0

    def carry(self, errand: Errand) -> tuple[Judgement, Reply | None]:
        """Take one mail to the relay and say what became of it. Raises nothing but bugs."""
        try:
            body = _stuffed(errand.fill())
        except Exception as error:
            return Judgement(FAILED, f"{OUR_FAULT} ({type(error).__name__})"), None
        if not is_plain(errand.address):
            return Judgement(FAILED, "This is no address that mail can be sent to"), None
        try:
            return self._carry(errand, body)
        except Hurt as hurt:
            self.hang_up()
            return Judgement(BACK, trouble=hurt.trouble), None

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        if self.smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.smtp.sock.settimeout(2)
                self.smtp.quit()
        self.hang_up()

    def cut(self) -> None:
        """End whatever this line waits for, from another thread."""
        smtp = self.smtp
        if smtp is not None and smtp.sock is not None:
            with contextlib.suppress(OSError):
                smtp.sock.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        if self.smtp is not None:
            self.smtp.close()
        self.smtp = None

    def _carry(self, errand: Errand, body: bytes) -> tuple[Judgement, Reply | None]:
        refused = self._envelope(errand)
        if refused is not None:
            return refused
        crash.point("envelope_open")
        try:
            self.journal.begun(errand.id, errand.attempt)
        except Full:
            raise Hurt(NO_NOTES) from None
        if boottime() > errand.permit:  # looked at after writing: a frozen run that wakes begins nothing
            self.hang_up()  # an open DATA is left by closing, never with a dot: a lone dot can be an empty mail
            return Judgement(BACK), None
        crash.point("permit_checked")
        if not self._write(body):
            self.hang_up()
            return Judgement(
                FAULT, "The connection broke before the mail was over", Trouble("It cut the connection")
            ), None
        crash.point("after_body")
        return self._answered(errand)

    def _envelope(self, errand: Errand) -> tuple[Judgement, Reply | None] | None:
        """Say MAIL, RCPT and DATA. Returns None when the body may follow, else what became of the mail.

        A connection that was open already may have been closed by the relay meanwhile: that is nobody's
        fault and is tried once more on a new one.
        """
        was_open = self._is_fresh_enough()
        try:
            return self._say(errand)
        except (OSError, smtplib.SMTPException, _Cut) as error:
            self.hang_up()
            if not was_open:
                raise Hurt(Trouble(f"It cut the connection ({type(error).__name__})")) from None
        try:
            return self._say(errand)
        except (OSError, smtplib.SMTPException, _Cut) as error:
            raise Hurt(Trouble(f"It cut the connection ({type(error).__name__})")) from None

    def _say(self, errand: Errand) -> tuple[Judgement, Reply | None] | None:
        smtp = self._open()
        smtp.sock.settimeout(REPLYING)
        lines = (
            ("MAIL", f"MAIL FROM:<{return_path(errand.id)}>"),
            ("RCPT", f"RCPT TO:<{errand.address}>"),
            ("DATA", "DATA"),
        )
        for step, line in lines:
            smtp.sock.sendall(line.encode("ascii") + b"\r\n")
            reply = self._reply()
            if (step == "DATA" and reply.code == 354) or (step != "DATA" and 200 <= reply.code < 300):
                continue
            judgement = judge(step, reply)
            self._after_refusal(reply, judgement)
            return judgement, reply
        return None

    def _after_refusal(self, reply: Reply, judgement: Judgement) -> None:
        """Leave the refused envelope: RSET, or close where the relay is closing or answered out of turn."""
        if reply.code == 421 or judgement.trouble is not None or reply.code < 400:
            self.hang_up()
            return
        assert self.smtp is not None
        self.smtp.sock.sendall(b"RSET\r\n")
        if self._reply().code != 250:
            self.hang_up()

    def _write(self, body: bytes) -> bool:
        """Write the body and the final dot; say whether the kernel took the last byte."""
        assert self.smtp is not None
        self.smtp.sock.settimeout(WRITING)
        half = len(body) // 2 if crash.wants("mid_body") else len(body)
        try:
            self._send(body[:half])
            crash.point("mid_body")
            self._send(body[half:])
        except OSError:
            return False
        return True

    def _send(self, raw: bytes) -> None:
        left = memoryview(raw)
        while left:
            left = left[self.smtp.sock.send(left) :]  # type: ignore[union-attr]

    def _answered(self, errand: Errand) -> tuple[Judgement, Reply | None]:
        assert self.smtp is not None
        try:
            self.smtp.sock.settimeout(FINAL)
            reply = self._reply()
        except (OSError, _Cut):
            self.hang_up()
            return Judgement(DOUBT, DOUBTFUL), None
        judgement = judge("body", reply)
        if judgement.verdict == SENT:
            with contextlib.suppress(Full):  # the row says it; the journal only matters if we die before
                self.journal.accepted(errand.id, errand.attempt)
        if judgement.trouble is not None:
            self.hang_up()
        self.carried += 1
        self.used_at = time.monotonic()
        if self.carried >= self.per_connection:
            self.close()
        return judgement, reply

    def _is_fresh_enough(self) -> bool:
        """Whether a connection is open; one that was idle for long is closed first."""
        if self.smtp is not None and time.monotonic() - self.used_at > IDLE:
            self.close()
        return self.smtp is not None

    def _open(self) -> smtplib.SMTP:
        if self.smtp is not None:
            return self.smtp
        try:
            self.smtp = self._connected()
            self._greet(self.smtp)
        except smtplib.SMTPResponseException as error:
            reply = Reply(error.smtp_code, _text(error.smtp_error))
            is_ours = isinstance(error, smtplib.SMTPAuthenticationError) and reply.code >= 500
            sentence = "It does not accept our password" if is_ours else "It does not let us in"
            raise Hurt(Trouble(f"{sentence} ({str(reply)[:200]})", is_ours)) from None
        except ssl.SSLError as error:
            raise Hurt(
                Trouble(f"It could not be spoken to in private ({error.reason or 'TLS'})", is_ours=True)
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise Hurt(
                Trouble("It offers no encryption or no way to sign in, as we were told it would", is_ours=True)
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Hurt(Trouble(f"It could not be reached ({type(error).__name__})")) from None
        self.carried, self.used_at = 0, time.monotonic()
        return self.smtp

    def _connected(self) -> smtplib.SMTP:
        relay, name = self.relay, settings.SITE_HOST
        if relay.tls == "implicit":
            return smtplib.SMTP_SSL(
                relay.host, relay.port, local_hostname=name, timeout=OPENING, context=ssl.create_default_context()
            )
        return smtplib.SMTP(relay.host, relay.port, local_hostname=name, timeout=OPENING)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.relay.tls == "starttls" or (self.relay.tls == "offered" and smtp.has_extn("starttls")):
            context = ssl.create_default_context()
            if self.relay.tls == "offered":  # better than nothing against a listener, no proof of who it is
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            smtp.starttls(context=context)
            smtp.ehlo()
        if self.relay.user:
            smtp.login(self.relay.user, self.relay.password)
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _reply(self) -> Reply:
        """Read one reply to its end. Raises _Cut when the connection ends before it does."""
        assert self.smtp is not None
        if self.smtp.file is None:
            self.smtp.file = self.smtp.sock.makefile("rb")
        texts: list[str] = []
        while True:
            line = self.smtp.file.readline(8192)
            if not line.endswith(b"\n"):
                raise _Cut
            texts.append(_text(line[4:]))
            if line[3:4] != b"-" or len(texts) > 100:
                break
        if not line[:3].isdigit():
            raise _Cut
        return Reply(int(line[:3]), " ".join(texts))


class _Cut(Exception):
    """The connection ended in the middle of a reply, or what came is no reply."""


def _stuffed(mail: bytes) -> bytes:
    """Return a mail as it goes down the wire: leading dots doubled, and the final dot (RFC 5321 4.5.2).

    Raises ValueError where a line does not end with CRLF alone: that is how mail is smuggled into a mail.
    """
    if mail.count(b"\n") != mail.count(b"\r\n") or mail.count(b"\r") != mail.count(b"\r\n"):
        raise ValueError("only CRLF ends a line")
    if mail.startswith(b"."):
        mail = b"." + mail
    if b"\r\n." in mail:
        mail = mail.replace(b"\r\n.", b"\r\n..")
    return mail + (b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n")


def _text(raw: Any) -> str:
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)).strip()
