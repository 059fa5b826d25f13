"""What differs from one recipient to the next inside a message that is rendered once.

`slot("name")` gives a marker that may stand in a subject, in text and in HTML, also inside an href. A
message is encoded with its markers in place and cut at them; each piece between is bytes as they
leave, and each slot is encoded for its place when it is filled.

A marker is plain letters and digits, so that no template, sanitiser or CSS inliner changes it, and
holds a number made at start, so that nobody can write one by hand.
"""

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.utils import timezone

from lcep.constants import constant
from mailings.envelope import is_plain
from trust.text import one_line
from trust.tokens import CHOICES

_MADE = secrets.token_hex(8)
_MARKER = re.compile(f"slot{_MADE}([a-z][a-z0-9_]*?)tols")


def slot(name: str) -> str:
    """Return the marker of a slot: name, greeting, address, choices_url, one_click_url, or a key of the delivery's."""
    marker = f"slot{_MADE}{name}tols"
    if not _MARKER.fullmatch(marker):
        raise ValueError(f"a slot is named in lower-case letters, digits and underscores, not {name!r}")
    return marker


def cut(text: str) -> list[str]:
    """Return text, slot name, text, …, text: what stands at odd places is a slot."""
    return _MARKER.split(text)


# What may stand in a mail's text without being encoded, at any place in a line.
_PLAIN = re.compile(rb"[A-Za-z0-9,;:/?!()'+_-][A-Za-z0-9 .,;:/?!()'+_-]{0,70}[A-Za-z0-9,;:/?!()'+_-]", re.ASCII)
_LINK = re.compile(rb"[A-Za-z0-9.,;:/?!_-]+", re.ASCII)  # and none of these anywhere
# What is written alike at every place: no place encodes any of these, and none begins with a dot or "From ".
_ALIKE = re.compile(
    r"(?!From )[A-Za-z0-9,;:/?!()+_@-](?:[A-Za-z0-9.,;:/?!()+_@ -]{0,898}[A-Za-z0-9.,;:/?!()+_@-])?", re.ASCII
)
_BYTES = [bytes([byte]) if (32 <= byte <= 126 and byte != 61) or byte == 9 else b"=%02X" % byte for byte in range(256)]
SOFT = b"=\r\n"  # a break that is none for the reader
_ROOM = 75  # and the = of a soft break: 76 in all (RFC 2045 6.7 rule 5)


def quoted(line: bytes) -> bytes:
    """Return one line in quoted-printable (RFC 2045 6.7), from the first column on, with soft breaks.

    Nothing that leaves begins with a dot, which a careless relay might take for the end of the mail,
    or with "From ", which mailboxes change. A blank at the end is encoded.
    """
    if _PLAIN.fullmatch(line) and not line.startswith(b"From "):
        return line
    if _LINK.fullmatch(line):  # longer than a line, and twice in every mail
        pieces = [line[at : at + _ROOM] for at in range(0, len(line), _ROOM)]
        if not any(piece.startswith(b".") for piece in pieces):
            return SOFT.join(pieces)
    out, used = [], 0
    for at, byte in enumerate(line):
        piece = _BYTES[byte]
        if used + len(piece) > _ROOM:
            out.append(SOFT)
            used = 0
        if used == 0 and (byte == 46 or line.startswith(b"From ", at)):
            piece = b"=%02X" % byte
        out.append(piece)
        used += len(piece)
    if out and out[-1] in (b" ", b"\t"):
        out[-1] = b"=%02X" % line[-1]
        if used + 2 > _ROOM:
            out.insert(-1, SOFT)
    return b"".join(out)


def quoted_text(text: str) -> bytes:
    """Return text of several lines in quoted-printable, its lines ended by CRLF alone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(quoted(line.encode("utf-8", "replace")) for line in lines)


def words(text: str) -> list[bytes]:
    """Return text as encoded words of whole characters, at most 75 bytes each (RFC 2047 2 and 5)."""
    found: list[bytes] = []
    room = 75 - len("=?utf-8?q??=")
    word = b""
    for character in text:
        raw = character.encode("utf-8", "replace")
        piece = b"_" if raw == b" " else raw if raw.isalnum() else b"".join(b"=%02X" % byte for byte in raw)
        if word and len(word) + len(piece) > room:
            found.append(b"=?utf-8?q?" + word + b"?=")
            word = b""
        word += piece
    return [*found, b"=?utf-8?q?" + word + b"?="] if word else found


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    """The present second as RFC 5322 3.3 wants it: when the mail is handed over, which is when it was complete."""
    return format_datetime(datetime.fromtimestamp(second, timezone.get_default_timezone()))


@lru_cache(maxsize=4)
def _choices(site: str) -> tuple[str, str]:
    before, after = CHOICES.path.split("<token>")
    return site + before, after


class Values:
    """What the slots of one delivery hold. Links are signed here from ids, and are nowhere else.

    A value is one line without invisible characters, however its row came to hold another.
    """

    __slots__ = ("delivery", "partnership_id", "signed")

    def __init__(self, delivery: Any, partnership_id: int | None) -> None:
        self.delivery = delivery
        self.partnership_id = partnership_id
        self.signed = ""  # the link to the choices, which two slots hold

    def name(self) -> str:
        return one_line(str(self.delivery.slots.get("name") or ""))

    def greeting(self) -> str:
        name = self.name()
        return f"Dear {name}," if name else "Hello,"

    def address(self) -> str:
        if not is_plain(self.delivery.address):
            raise ValueError("no address that mail can be sent to")
        return self.delivery.address

    def choices_url(self) -> str:
        """The choices of this member and partnership; the site's own address where one of them is missing."""
        member, partnership = self.delivery.member_id, self.partnership_id
        if member is None or partnership is None:
            return settings.SITE_URL + "/"
        if not self.signed:
            before, after = _choices(constant("SITE_URL"))
            self.signed = before + CHOICES.sign(member, partnership) + after
        return self.signed

    def one_click_url(self) -> str:
        return self.choices_url() + ("one-click/" if self.signed else "")

    def public_id(self) -> str:
        return str(self.delivery.public_id)

    def mailing_id(self) -> str:
        return str(self.delivery.mailing_id)

    def date(self) -> str:
        return _date(int(time.time()))


_MAKERS: dict[str, Callable[[Values], str]] = {
    "name": Values.name,
    "greeting": Values.greeting,
    "address": Values.address,
    "choices_url": Values.choices_url,
    "one_click_url": Values.one_click_url,
    "public_id": Values.public_id,
    "mailing_id": Values.mailing_id,
    "date": Values.date,
}


def maker(name: str) -> Callable[[Values], str]:
    """Return what makes the value of a slot; it raises KeyError when a delivery has none of this name."""
    return _MAKERS.get(name) or (lambda values: one_line(str(values.delivery.slots[name])))


def as_text(value: str) -> bytes:
    """A slot in the text part; it begins in the first column, and what follows does too."""
    return quoted(value.encode("utf-8", "replace")) + SOFT if value else b""


def as_html(value: str) -> bytes:
    return quoted(escape(value).encode("utf-8", "replace")) + SOFT if value else b""


def as_words(value: str) -> bytes:
    """A slot in a header: encoded words, each on its own line (blanks between them do not count, RFC 2047 6.2)."""
    return b"".join(b"\r\n " + word for word in words(value))


def as_is(value: str) -> bytes:
    """A slot that is a machine's: an address, a link, an id. Raises ValueError for anything else."""
    if not value.isascii() or not value.isprintable() or len(value) > 900:
        raise ValueError("not fit for a header")
    return value.encode()


PLACES = {"text": as_text, "html": as_html, "words": as_words, "is": as_is}
IN_WORDS = {as_text, as_html}


def is_alike(value: str) -> bool:
    """Whether a value is written with the same bytes as text, as HTML and as it is."""
    return _ALIKE.fullmatch(value) is not None


def linked(name: str, make: Callable[[Values], str]) -> None:
    """Let `slot(name)` be a link that a higher app signs from the ids of a delivery when it is filled."""
    _MAKERS[name] = make
