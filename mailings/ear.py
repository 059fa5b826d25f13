"""Listening to a relay: whole replies out of what arrives, also when several arrive at once."""

import socket
import ssl
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from mailings.replies import Reply

LONGEST = 64 * 1024  # bytes of one reply; RFC 5321 4.5.3.1.5 asks for 512 a line
NOTHING_YET = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Cut(Exception):
    """The connection ended in the middle of a reply, or what came is no reply."""


class Ear:
    """Reads replies from one socket that does not block. Nobody else may read from it meanwhile."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lines: deque[bytes] = deque()  # heard, and not asked for yet
        self.rest = b""  # the beginning of the next
        self.texts: list[str] = []  # the lines of a reply that is not over
        self.size = 0

    @property
    def has_more(self) -> bool:
        """Whether a line is here already that nobody has asked for."""
        return bool(self.lines)

    @property
    def is_decrypting(self) -> bool:
        """Whether more has come than the kernel knows of: it was deciphered with what came before."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def heard(self, beginnings: Sequence[bytes]) -> bool:
        """Whether the next lines begin so; if all do, they are taken, else left."""
        if self.texts or len(self.lines) < len(beginnings) or not all(map(bytes.startswith, self.lines, beginnings)):
            return False
        for _ in beginnings:
            self.lines.popleft()
        return True

    def reply(self) -> Reply | None:
        """Return the next reply, None while it is not here to its end. Raises Cut when what came is none."""
        while self.lines:
            line = self.lines.popleft()
            if line[3:4] != b"-":
                return self._whole(_read(line))
            self.texts.append(text(line[4:]))
            self.size += len(line)
            if self.size > LONGEST:
                raise Cut
        return None

    def listen(self) -> None:
        """Take in what has arrived, if anything has. Raises Cut at the end, OSError as the socket does."""
        try:
            came = self.sock.recv(8192)
        except NOTHING_YET:
            return
        if not came or len(self.rest) > LONGEST:
            raise Cut
        *whole, self.rest = (self.rest + came).split(b"\n")
        self.lines.extend(whole)

    def _whole(self, last: Reply) -> Reply:
        if not self.texts:
            return last
        texts, self.texts, self.size = self.texts, [], 0
        return Reply(last.code, " ".join([*texts, last.text]))


@lru_cache(maxsize=64)  # a relay says the same few lines again and again
def _read(line: bytes) -> Reply:
    if not line[:3].isdigit():
        raise Cut
    return Reply(int(line[:3]), text(line[4:]))


def text(raw: Any) -> str:
    """Return what a relay said as text on no line of its own."""
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)).strip()
