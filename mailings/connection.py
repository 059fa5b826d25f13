"""A connection to the relay, as whoever carries mail on it uses it: open, say, hear, write, goodbye.

What waits is a generator: it yields what it waits for, so that one thread drives all lines (`exchange`).
"""

import contextlib
import selectors
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from mailings import crash
from mailings.ear import NOTHING_YET, Cut, Ear
from mailings.opening import opened
from mailings.relay import Relay
from mailings.replies import Reply

IDLE = 20.0  # seconds; a connection unused for longer is opened anew
ASIDE = 120.0  # all that opening a connection may take; each step of it has its own time (`opening`)
GOODBYE = 2.0
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

# What a line yields is what it waits for: that its socket can be read or written, for at most `patience` seconds
# (then TimeoutError is thrown in), or that somebody else does what would keep all lines waiting, and sends it in.
Step = int | Callable[[], Any]
Steps = Generator[Step, Any, None]


class Connection:
    """Opened when first needed, and again when the relay has closed it."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.smtp: smtplib.SMTP | None = None
        self.carried = 0
        self.used_at = self.patience = 0.0

    @property
    def is_open(self) -> bool:
        return self.smtp is not None

    def is_on(self, sock: socket.socket) -> bool:
        """Whether this is the socket of its open connection."""
        return self.smtp is not None and self.sock is sock

    def goodbye(self) -> Steps:
        """Say goodbye, if there is somebody to say it to, and hang up."""
        if self.smtp is not None:
            self.patience = GOODBYE
            with contextlib.suppress(OSError, Cut):
                yield from self._say(b"QUIT\r\n")
                yield from self._reply()
        self.hang_up()

    def hang_up(self) -> None:
        if self.smtp is not None:
            self.smtp.close()
        self.smtp = None

    def _open(self) -> Steps:
        self.patience = ASIDE
        self.smtp = yield partial(opened, self.relay)
        assert self.smtp is not None
        sock = self.smtp.sock
        assert sock is not None
        self.sock: socket.socket = sock
        self.sock.setblocking(False)
        self.ear = Ear(self.sock)
        self.takes_groups = self.smtp.has_extn("pipelining")
        self.must_reset = False
        self.carried, self.used_at = 0, time.monotonic()

    def _say(self, words: bytes) -> Steps:
        taken = 0
        while taken < len(words):
            try:
                taken += self.sock.send(words[taken:])
            except NOTHING_YET as wait:
                yield _wish(wait)

    def _reply(self) -> Generator[Step, Any, Reply]:
        while (reply := self.ear.reply()) is None:
            if not self.ear.is_decrypting:
                yield READ
            self.ear.listen()
        return reply

    def _written_at_once(self, raw: bytes) -> int:
        """Write a body, its dot and the next envelope; return how many bytes the kernel took: nearly always all."""
        half = len(raw) // 2 if crash.wants("mid_body") else len(raw)
        try:
            taken = self.sock.send(raw[:half])
        except OSError:  # not yet, or not at all: that shows when the rest is written
            return 0
        if half < len(raw):
            crash.point("mid_body")
        return taken

    def _write_rest(self, raw: bytes, taken: int) -> Generator[Step, Any, int]:
        """Write what is left of it; return how many bytes of the whole the kernel took: all, or it broke."""
        with contextlib.suppress(OSError):
            while taken < len(raw):
                try:
                    taken += self.sock.send(memoryview(raw)[taken:])
                except NOTHING_YET as wait:
                    yield _wish(wait)
        return taken


def _wish(wait: OSError) -> int:
    """What a socket waits for that could not be written to just now; encryption may have to hear first."""
    return READ if isinstance(wait, ssl.SSLWantReadError) else WRITE
