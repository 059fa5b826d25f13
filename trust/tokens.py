"""Every signed thing the site hands out, in one table.

A token is short (long header lines have broken DKIM signatures), is derived from ids and never stored,
says one purpose, and is worth nothing with any byte changed. No other module of this site signs.
"""

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from lcep.constants import constant

DAY = 86_400
EPOCH = 1_735_689_600  # 1 January 2025, so that the day fits two bytes for a long time
SIGNATURE = 15  # bytes: 120 bits
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 5


class Broken(ValueError):
    """This is no token of ours, or not one for this purpose."""


class Expired(Broken):
    """It was a token of ours, and its time is over. `ids` says what it stood for."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        super().__init__("expired")
        self.ids = ids


@dataclass(frozen=True)
class Token:
    """One purpose. `code` never changes and is never used again."""

    name: str
    code: int
    ids: tuple[str, ...]
    days: int | None
    path: str
    get: str
    post: str

    def sign(self, *ids: int) -> str:
        """Return the token for these ids, in the order of `self.ids`: letters, digits, - and _ only."""
        return _text(self.signed(*ids))

    def signed(self, *ids: int) -> bytes:
        """Return the token as bytes, for a place that has an alphabet of its own."""
        if len(ids) != len(self.ids):
            raise TypeError(f"{self.name} stands for {self.ids}, not {ids}")
        body = bytearray(_head(self.code, int(time.time() - EPOCH) // DAY))
        for number in ids:
            _add(body, number)
        return bytes(body) + _signature(constant("TOKEN_KEYS")[0], body)

    def read(self, text: str) -> tuple[int, ...]:
        """Return the ids that were signed. Raises Broken, or Expired once `days` have passed."""
        raw = _bytes(text)
        body, signature = raw[:-SIGNATURE], raw[-SIGNATURE:]
        good = [hmac.compare_digest(signature, _signature(key, body)) for key in settings.TOKEN_KEYS]
        if not any(good) or not body or body[0] != self.code:
            raise Broken(self.name)
        day, *ids = _varints(body[1:])
        if len(ids) != len(self.ids):
            raise Broken(self.name)
        if self.days is not None and int(time.time() - EPOCH) // DAY > day + self.days:
            raise Expired(tuple(ids))
        return tuple(ids)


CHOICES = Token(
    "choices",
    1,
    ids=("member", "partnership"),
    days=None,
    path="/u/<token>/",
    get="shows the choices with the address masked",
    post="chooses less, or leaves; more is confirmed by mail",
)
CONFIRM = Token(
    "confirm",
    2,
    ids=("join request",),
    days=7,
    path="/c/<token>/",
    get="shows a page with a button",
    post="joins the mailing list, or (not-me) stops all mail to the address",
)
RETURN_PATH = Token(
    "return path",
    3,
    ids=("delivery",),
    days=None,
    path="the envelope sender",
    get="is no address of a page",
    post="counts a bounce",
)
FORM_OPENED = Token(
    "form opened",
    4,
    ids=("second",),
    days=1,
    path="a hidden field of the join and contact forms",
    get="is no address of a page",
    post="says how long the form was open",
)
STILL_RIGHT = Token(
    "still right",
    5,
    ids=("confirmation",),
    days=120,
    path="/f/<token>/",
    get="shows the facts of one listing with two buttons",
    post="says that they are right today, or what is not",
)
NEW_ADDRESS = Token(
    "new address",
    10,
    ids=("address change",),
    days=7,
    path="/c/<token>/address/",
    get="shows a page with a button",
    post="moves a member to the address the mail went to",
)
OLD_ADDRESS = Token(
    "old address",
    11,
    ids=("address change",),
    days=7,
    path="/c/<token>/address-back/",
    get="shows a page with a button",
    post="moves the member back and signs them out everywhere",
)
REPLY = Token(
    "reply",
    20,
    ids=("meeting", "member"),
    days=400,
    path="/r/<token>/",
    get="shows one meeting, and says whose answer is asked for",
    post="answers for that member at that meeting",
)
POLL = Token(
    "poll",
    21,
    ids=("poll", "member"),
    days=120,
    path="/p/<token>/",
    get="shows the dates of one poll",
    post="says which of them suit that member",
)
FEED = Token(
    "feed",
    22,
    ids=("member", "turn"),
    days=None,
    path="/cal/<token>.ics",
    get="gives the dates of one member's meetings, until the member asks for a new address",
    post="is refused",
)
DRAFT = Token(
    "draft",
    30,
    ids=("draft link",),
    days=7,
    path="/n/<token>/",
    get="shows one draft of a newsletter to be read, until it is taken back",
    post="is refused",
)
ASKED = Token(
    "asked for news",
    31,
    ids=("ask", "member"),
    days=60,
    path="/s/<token>/",
    get="shows the form of a story, and says whose it will be",
    post="sends one story in that member's name to the manager, who decides",
)
HOW_IT_GOES = Token(
    "how it goes",
    40,
    ids=("action", "member"),
    days=120,
    path="/o/<token>/",
    get="shows one action of the plan, and asks how it goes",
    post="says how that action goes, for one who answers for it",
)
EVIDENCE = Token(
    "evidence",
    41,
    ids=("book", "turn"),
    days=None,
    path="/e/<token>/",
    get="shows one book of evidence, until its sharing is ended",
    post="is refused",
)
WAYS_IN = Token(
    "ways in",
    42,
    ids=("member", "second"),
    days=7,
    path="/c/<token>/ways-in-back/",
    get="shows a page with a button",
    post="takes away the passkeys and apps a member set up since that second, and signs out every device",
)
REGISTER = (
    CHOICES, CONFIRM, RETURN_PATH, FORM_OPENED, STILL_RIGHT, NEW_ADDRESS, OLD_ADDRESS, REPLY, POLL, FEED, DRAFT,
    HOW_IT_GOES, EVIDENCE, ASKED, WAYS_IN,
)  # fmt: skip
# The first word of each path that carries a token: what follows is a key.
DOORS = tuple(sorted({token.path.split("/")[1] for token in REGISTER if token.path.startswith("/")}))


def _signature(key: str, body: bytes | bytearray) -> bytes:
    inner, outer = _begun(key)
    inner, outer = inner.copy(), outer.copy()
    inner.update(body)
    outer.update(inner.digest())
    return outer.digest()[:SIGNATURE]


@lru_cache(maxsize=8)
def _begun(key: str) -> tuple[Any, Any]:
    """Return both halves of HMAC-SHA-256 (RFC 2104 2) as every signature of a key begins.

    A newsletter makes two for each reader; `hmac` takes half as long again.
    """
    raw = key.encode()
    padded = (raw if len(raw) <= 64 else hashlib.sha256(raw).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + b"lcep token\0")
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))


def _text(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode()


def _bytes(text: str) -> bytes:
    """Undo `_text`, refusing every other spelling of the same bytes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Broken("spelling") from None
    if len(raw) <= SIGNATURE or _text(raw) != text:
        raise Broken("spelling")
    return raw


@lru_cache(maxsize=64)
def _head(code: int, day: int) -> bytes:
    """Return how all tokens of a purpose begin on one day."""
    head = bytearray((code,))
    _add(head, day)
    return bytes(head)


def _add(out: bytearray, number: int) -> None:
    """Add a whole number >= 0 in 7-bit groups, least first (LEB128)."""
    if number < 0:
        raise ValueError(number)
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _varints(raw: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in raw:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(number)
            number = shift = 0
    if shift or not numbers:
        raise Broken("length")
    return numbers
