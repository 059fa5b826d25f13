"""The captured mail: a Maildir of files that anybody may have written, read without trusting a byte of it."""

import email.header
import email.message
import email.policy
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from trust import text as prose

HEADS = 64 * 1024  # bytes read to know a mail's headers
WHOLE = 5 * 1024 * 1024  # bytes read of one mail at most
DEEPEST = 20  # parts inside parts
MOST_PARTS = 50
MOST_LINKS = 100


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: its kind in words, and its text where it is text."""

    type: str
    name: str
    text: str

    @property
    def kind(self) -> str:
        known = {"text/plain": "text", "text/html": "HTML", "text/calendar": "calendar"}
        return known.get(self.type, self.type)


@dataclass(frozen=True)
class Mail:
    """One file of the Maildir. Every property gives something to show, whatever the file holds."""

    path: Path
    kept_at: datetime

    @property
    def id(self) -> str:
        return self.path.name

    @cached_property
    def source(self) -> bytes:
        """The bytes as they were kept, 5 MiB at most; empty once the file is gone."""
        return self._first(WHOLE)

    @property
    def shown_source(self) -> str:
        return cleaned(self.source.decode("utf-8", "replace"))

    @property
    def to(self) -> str:
        return self._header("To") or self.recipient

    @property
    def recipient(self) -> str:
        """Whom the envelope named."""
        return self._header("Delivered-To")

    @property
    def sender(self) -> str:
        return self._header("From")

    @property
    def subject(self) -> str:
        return self._header("Subject")

    @property
    def kinds(self) -> str:
        """The kinds of its parts in words: "text and HTML"."""
        kinds = list(dict.fromkeys(part.kind for part in self.parts))
        return " and ".join([", ".join(kinds[:-1]), kinds[-1]] if kinds[1:] else kinds) or "nothing that can be read"

    @property
    def text(self) -> str:
        return next((part.text for part in self.parts if part.type == "text/plain" and not part.name), "")

    @property
    def html(self) -> str:
        return next((part.text for part in self.parts if part.type == "text/html" and not part.name), "")

    @property
    def others(self) -> list[Part]:
        """What is neither its text nor its HTML: a calendar entry, an attachment."""
        return [part for part in self.parts if part.name or part.type not in {"text/plain", "text/html"}]

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """(words, address) of the links of its HTML: a sandboxed frame opens none of them."""
        finder = Links()
        with suppress(ValueError, AssertionError):  # html.parser on broken markup: what was found so far
            finder.feed(self.html)
        return list(dict.fromkeys(finder.found))[:MOST_LINKS]

    @property
    def one_click(self) -> str:
        """The path to which a mail program posts when somebody presses its Unsubscribe (RFC 8058), or nothing."""
        offered = re.findall(r"<\s*(https?://[^>\s]+)\s*>", self._header("List-Unsubscribe"))
        promised = self._header("List-Unsubscribe-Post").lower() == "list-unsubscribe=one-click"
        ours = [address for address in offered if address.startswith(f"{settings.SITE_URL}/u/")]
        return ours[0].removeprefix(settings.SITE_URL) if promised and ours else ""

    @cached_property
    def parts(self) -> list[Part]:
        return list(self._leaves(self._message, 0))[:MOST_PARTS]

    def is_to(self, words: str) -> bool:
        """Whether a piece of an address or name is found in To, Cc or the envelope."""
        return any(words.casefold() in self._header(name).casefold() for name in ("To", "Cc", "Delivered-To"))

    @cached_property
    def _head(self) -> email.message.Message:
        head, _, _ = self._first(HEADS).replace(b"\r\n", b"\n").partition(b"\n\n")
        return _parsed(head + b"\n\n")

    @cached_property
    def _message(self) -> email.message.Message:
        return _parsed(self.source)

    def _header(self, name: str) -> str:
        return one_line(_decoded(self._head.get(name, "")))[:1000]

    def _first(self, limit: int) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(limit)
        except OSError:
            return b""

    def _leaves(self, message: email.message.Message, depth: int) -> Iterator[Part]:
        payload = message.get_payload()
        if isinstance(payload, list) and depth < DEEPEST:
            for inner in payload:
                if isinstance(inner, email.message.Message):
                    yield from self._leaves(inner, depth + 1)
        elif not isinstance(payload, list):
            kind = one_line(_or("text/plain", message.get_content_type))[:60]
            yield Part(kind, _file_name(message), _text(message))


class Maildir:
    """The folder the local SMTP server writes to. Mails are found by looking through it, never by building a path."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.LCEP_VAR / "mail"

    def newest_first(self, to: str = "") -> list[Mail]:
        """Return all mails, or those for a recipient."""
        found = sorted(self._files(), key=lambda pair: (pair[0], pair[1].name), reverse=True)
        mails = [Mail(Path(entry.path), _moment(at)) for at, entry in found]
        return [mail for mail in mails if mail.is_to(to)] if to else mails

    def get(self, name: str) -> Mail | None:
        """Return the mail in the file of this name, or None. Its flags may have changed its ending (":2,S")."""
        return next((mail for mail in self.newest_first() if mail.id == name), None)

    def _files(self) -> Iterator[tuple[int, os.DirEntry[str]]]:
        for box in ("new", "cur"):
            try:
                entries = list(os.scandir(self.folder / box))
            except OSError:
                continue
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                        yield entry.stat(follow_symlinks=False).st_mtime_ns, entry
                except OSError:  # moved from new to cur, or thrown away, this moment
                    continue


class Links(HTMLParser):
    """Collects the links of a piece of HTML that lead to a web page or an address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._href, self._words = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href, self._words = one_line(dict(attrs).get("href") or ""), ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and _leads_somewhere(self._href):
            self.found.append((one_line(self._words)[:200] or self._href, self._href))
        if tag == "a":
            self._href = ""


def cleaned(text: str) -> str:
    """Return text of several lines that can be shown, whatever it was decoded from (half a surrogate pair, say)."""
    return prose.cleaned(text.encode("utf-8", "replace").decode())


def one_line(text: str) -> str:
    return prose.one_line(text.encode("utf-8", "replace").decode())


def _moment(nanoseconds: int) -> datetime:
    """Return when a file was written; a clock that was far off gives the nearest moment there is."""
    return datetime.fromtimestamp(min(max(nanoseconds // 10**9, 0), 253_402_214_400), tz=UTC)


def _leads_somewhere(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _parsed(source: bytes) -> email.message.Message:
    """Read a mail; parts nested without end come out as an empty one, and the source shows what arrived."""
    return _or(email.message.Message(), lambda: email.message_from_bytes(source, policy=email.policy.compat32))


def _decoded(value: object) -> str:
    """Undo the encoded words of a header (RFC 2047); what is broken is shown as it stands."""
    return _or(str(value), lambda: str(email.header.make_header(email.header.decode_header(str(value)))))


def _file_name(message: email.message.Message) -> str:
    name = _or("a name that cannot be read", lambda: _decoded(message.get_filename() or ""))
    return one_line(name)[:120]


def _text(message: email.message.Message) -> str:
    if _or("text", message.get_content_maintype) != "text":
        return ""
    raw = _or(b"", lambda: message.get_payload(decode=True))
    raw = raw if isinstance(raw, bytes) else b""
    charset = _or("utf-8", lambda: message.get_content_charset("utf-8"))
    return cleaned(_or(raw.decode("utf-8", "replace"), lambda: raw.decode(charset, "replace")))


def _or(otherwise: Any, look: Callable[[], Any]) -> Any:
    """Look, or make do: on hostile mail the standard library raises whatever it likes, TypeError included."""
    try:
        return look()
    except Exception:
        return otherwise
