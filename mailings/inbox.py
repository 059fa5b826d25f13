"""The inbox: what comes back to the site, from a Maildir or over IMAP, offered to whoever can read it.

`INBOX_URL` is `maildir:///path` or `imaps://user:password@host/folder` (or `imap://…`, which encrypts with
STARTTLS unless the host is this machine). Apps register a reader in `AppConfig.ready`:

    inbox.readers.add("bounces", bounces.read)

A reader looks at a Post and returns True when it was meant for it and its effect is written; what it writes
is committed before the message leaves the inbox. Killed in between, the message is read again, so a reader
must not mind reading twice. What nobody reads stays, marked as seen, for a person to find.
"""

import contextlib
import email
import hashlib
import imaplib
import logging
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, transaction

from lcep.site import Shelf
from mailings.envelope import delivery_of
from mailings.relay import LOOPBACK
from trust.tokens import Broken

log = logging.getLogger(__name__)

LARGEST = 2 * 1024 * 1024  # bytes looked at; a bounce that returns a whole picture is read no further
PATIENCE = 30.0
# Where a mail server writes for whom a message came, the surest first.
ENVELOPE = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To", "Cc")

# reader(post) -> bool: True when it was meant for this reader, and what followed from it is written.
readers = Shelf()


@dataclass(frozen=True)
class Post:
    """One message that came in. `message` is lenient (compat32): headers are strings as they stand."""

    raw: bytes

    @cached_property
    def message(self) -> Message:
        return email.message_from_bytes(self.raw[:LARGEST])

    @cached_property
    def digest(self) -> str:
        """What tells this message from every other, however often it is read."""
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def deliveries(self) -> list[int]:
        """The deliveries whose signed return path this came to; the signature is ours or it does not count."""
        return returned_to(value for name in ENVELOPE for value in self.message.get_all(name, []))


def returned_to(values: Iterator[str] | list[str]) -> list[int]:
    """Return the deliveries whose return paths stand in these header values, each once."""
    found: dict[int, None] = {}
    for value in values:
        for word in str(value)[:4000].replace(",", " ").replace(";", " ").split():
            with contextlib.suppress(Broken, ValueError):
                found[delivery_of(word.strip("<>\"'"))] = None
    return list(found)


class Inbox(Protocol):
    """Messages nobody has read yet, each under a name that `done` and `seen` take."""

    def __enter__(self) -> "Inbox": ...
    def __exit__(self, *failure: object) -> None: ...
    def unread(self) -> Iterator[tuple[str, bytes]]: ...

    def done(self, name: str) -> None:
        """Remove a message: its effect is committed."""

    def seen(self, name: str) -> None:
        """Leave a message for a person, and do not offer it again."""


class Maildir:
    """A folder with `new` and `cur`, as mail servers on the same machine fill it."""

    def __init__(self, folder: Path) -> None:
        self.new, self.cur = folder / "new", folder / "cur"

    def __enter__(self) -> "Maildir":
        return self

    def __exit__(self, *failure: object) -> None:
        """Nothing is held open."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        try:
            names = sorted(os.listdir(self.new))
        except FileNotFoundError:
            return
        for name in names:
            with contextlib.suppress(FileNotFoundError), (self.new / name).open("rb") as file:
                yield name, file.read(LARGEST)

    def done(self, name: str) -> None:
        (self.new / name).unlink(missing_ok=True)

    def seen(self, name: str) -> None:
        self.cur.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (self.new / name).rename(self.cur / f"{name.partition(':')[0]}:2,S")


class Imap:
    """A folder on an IMAP server (RFC 3501), its messages by UID. Only unseen ones are offered."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname or not parts.username:
            raise ImproperlyConfigured("INBOX_URL looks like imaps://user:password@host/folder")
        self.host, self.is_implicit = parts.hostname, parts.scheme == "imaps"
        self.port = parts.port or (993 if self.is_implicit else 143)
        self.user, self.password = unquote(parts.username), unquote(parts.password or "")
        self.folder = unquote(parts.path.strip("/")) or "INBOX"

    def __enter__(self) -> "Imap":
        context = ssl.create_default_context()
        if self.is_implicit:
            self.imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=PATIENCE)
        else:
            self.imap = imaplib.IMAP4(self.host, self.port, timeout=PATIENCE)
            if self.host not in LOOPBACK:
                self.imap.starttls(context)
        self.imap.login(self.user, self.password)
        self._ask(self.imap.select, '"' + self.folder.replace("\\", "\\\\").replace('"', '\\"') + '"')
        return self

    def __exit__(self, *failure: object) -> None:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            self.imap.logout()

    def unread(self) -> Iterator[tuple[str, bytes]]:
        (found,) = self._ask(self.imap.uid, "SEARCH", None, "UNSEEN", "UNDELETED")
        for number in (found or b"").split():
            name = number.decode()
            parts = self._ask(self.imap.uid, "FETCH", name, f"(BODY.PEEK[]<0.{LARGEST}>)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if raw is not None:
                yield name, raw

    def done(self, name: str) -> None:
        self._ask(self.imap.uid, "STORE", name, "+FLAGS.SILENT", r"(\Deleted \Seen)")
        if "UIDPLUS" in self.imap.capabilities:  # else EXPUNGE would take what others marked
            self._ask(self.imap.uid, "EXPUNGE", name)
        else:
            self._ask(self.imap.expunge)

    def seen(self, name: str) -> None:
        self._ask(self.imap.uid, "STORE", name, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command, *words) -> list:
        answer, data = command(*words)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"{command.__name__}: {data!r}"[:200])
        return data


def opened(url: str) -> Inbox:
    """Return the inbox an INBOX_URL names. Raises ImproperlyConfigured in words that say what is wrong."""
    parts = urlsplit(url)
    if parts.scheme == "maildir" and parts.path and not parts.netloc:
        return Maildir(Path(unquote(parts.path)))
    if parts.scheme in {"imap", "imaps"}:
        return Imap(url)
    raise ImproperlyConfigured("INBOX_URL must begin with maildir:/// or imaps://")


def take(inbox: Inbox) -> dict[str, int]:
    """Offer every unread message to the readers, and count: read, left (for a person), failed (tried again)."""
    counts = {"read": 0, "left": 0, "failed": 0}
    with inbox:
        for name, raw in inbox.unread():
            try:
                is_read = _offer(Post(raw))
            except (DatabaseError, InterfaceError):
                raise  # the database is away: everything stays where it is
            except Exception:  # a message made to break readers must not keep the others from being read
                log.exception("A message in the inbox could not be read")
                counts["failed"] += 1
                inbox.seen(name)
                continue
            if is_read:
                inbox.done(name)
            else:
                inbox.seen(name)
            counts["read" if is_read else "left"] += 1
    return counts


def _offer(post: Post) -> bool:
    for reader in readers:
        with transaction.atomic():
            if reader(post):
                return True
    return False
