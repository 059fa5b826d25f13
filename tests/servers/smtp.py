"""A real SMTP server of the tests: it takes mail on a free port of this machine and keeps what it took.

    with Sink() as sink:
        ...                                      # point EMAIL_URL at sink.url
        sink.wait_for(3)
        assert sink.recipients() == [...]

It can also be a bad server: `refuse` answers for it, `CUT` instead of an answer hangs up, `pause` keeps
every body waiting for its answer.
"""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP

CUT = "cut"


@dataclass(frozen=True)
class Taken:
    """One mail as it arrived. `content` has the line ends of the wire; `at` is time.monotonic()."""

    sender: str
    recipient: str
    content: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    def part(self, kind: str) -> str:
        """Return the text of the first part of this type ("plain", "html"), or ''."""
        for part in self.message.walk():
            if part.get_content_type() == f"text/{kind}":
                return part.get_content()
        return ""


class Sink:
    """An SMTP server on 127.0.0.1, running in a thread from `with` to the end of the block.

    `refuse(step, address)` is asked at "MAIL", "RCPT", "DATA" (the whole mail is there, its fate open)
    and "KEPT" (the mail counts as taken, the answer is still to come). It returns a reply such as
    "451 later", or CUT to hang up without one, or None to accept. `takes_groups` offers PIPELINING
    (RFC 2920); other options are those of aiosmtpd's SMTP.
    """

    def __init__(
        self,
        refuse: Callable[[str, str], str | None] | None = None,
        *,
        pause: float = 0,
        takes_groups: bool = True,
        **options,
    ) -> None:
        self.refuse = refuse or (lambda step, address: None)
        self.pause = pause
        self.takes_groups = takes_groups
        self.options = options
        self.taken: list[Taken] = []
        self.connections = 0
        self.port = 0
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def recipients(self) -> list[str]:
        """Return everyone who was written to, in alphabetical order, once per mail."""
        return sorted(mail.recipient for mail in self.taken)

    def twice(self) -> dict[str, int]:
        """Return how often each Message-ID came that came more than once."""
        seen = Counter(str(mail.message["Message-ID"]) for mail in self.taken)
        return {number: times for number, times in seen.items() if times > 1}

    def wait_for(self, count: int, seconds: float = 120) -> list[Taken]:
        """Wait until `count` mails have come and return them; AssertionError when they do not come in time."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.taken) >= count, timeout=seconds)
        assert came, f"{len(self.taken)} of {count} mails after {seconds} s"
        return list(self.taken)

    def clear(self) -> None:
        with self._changed:
            self.taken.clear()

    def __enter__(self) -> "Sink":
        listening = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(self._connection, sock=listening))
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp sink", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Close the port and every connection; entering again opens the same port."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _connection(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="sink.example.org", enable_SMTPUTF8=True, loop=self._loop, **self.options)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.takes_groups else responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._reply(server, "MAIL", address) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        refused = self._reply(server, "RCPT", address)
        if not refused:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        refused = self._reply(server, "DATA", envelope.rcpt_tos[0])
        if refused:
            return refused
        with self._changed:
            for address in envelope.rcpt_tos:
                self.taken.append(Taken(envelope.mail_from or "", address, envelope.original_content or b""))
            self._changed.notify_all()
        return self._reply(server, "KEPT", envelope.rcpt_tos[0]) or "250 OK kept"

    def _reply(self, server: SMTP, step: str, address: str) -> str | None:
        reply = self.refuse(step, address)
        if reply == CUT:
            server.transport.abort()
        return reply
