"""Listening to a relay: whole replies out of what arrives, also when several arrive at once."""

import socket
from collections import deque
from functools import lru_cache
from typing import Any

from mailings.replies import Reply

LONGEST = 64 * 1024  # bytes of one reply; RFC 5321 4.5.3.1.5 asks for 512 a line


class Cut(Exception):
    """The connection ended in the middle of a reply, or what came is no reply."""


class Ear:
    """Reads replies from one socket. Nobody else may read from it meanwhile."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lines: deque[bytes] = deque()  # heard, and not asked for yet
        self.rest = b""  # the beginning of the next

    @property
    def has_more(self) -> bool:
        """Whether a line is here already that nobody has asked for."""
        return bool(self.lines)

    def reply(self) -> Reply:
        """Return the next reply, read to its end. Raises Cut when it has none, OSError as the socket does."""
        line = self._line()
        if line[3:4] != b"-":
            return _read(line)
        texts, size = [], 0
        while line[3:4] == b"-":
            texts.append(text(line[4:]))
            size += len(line)
            if size > LONGEST:
                raise Cut
            line = self._line()
        last = _read(line)
        return Reply(last.code, " ".join([*texts, last.text]))

    def _line(self) -> bytes:
        while not self.lines:
            came = self.sock.recv(8192)
            if not came or len(self.rest) > LONGEST:
                raise Cut
            *whole, self.rest = (self.rest + came).split(b"\n")
            self.lines.extend(whole)
        return self.lines.popleft()


@lru_cache(maxsize=64)  # a relay says the same few lines again and again
def _read(line: bytes) -> Reply:
    if not line[:3].isdigit():
        raise Cut
    return Reply(int(line[:3]), text(line[4:]))


def text(raw: Any) -> str:
    """Return what a relay said as text on no line of its own."""
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)).strip()
