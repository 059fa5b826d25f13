"""The bytes of a mail: headers, text in quoted-printable, files in base64, one part inside another.

Text may hold the markers of `slots`; they come out as `NUL place:name NUL`. Nothing else in the
output is a NUL, every line ends with CRLF, and a multipart boundary can stand in no part, because
quoted-printable and base64 never hold `=_` (RFC 2045 6.7).
"""

import re
from base64 import encodebytes
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.core.mail import BadHeaderError

from mailings.envelope import is_plain
from mailings.slots import cut, quoted_text, words
from trust.text import one_line

CRLF = b"\r\n"
END = b".\r\n"  # the line that ends a mail on the wire
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,70}")
_SIMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*")


@dataclass(frozen=True)
class Part:
    """A part of a mail: the lines of its header about content, and its body."""

    head: list[bytes]
    body: bytes

    def whole(self) -> bytes:
        return CRLF.join([*self.head, b"", self.body])


@dataclass(frozen=True)
class File:
    """An attachment, or another form of the same words (a calendar entry).

    `type` is a whole content type, like 'text/calendar; charset=utf-8; method=REQUEST'.
    """

    content: bytes
    type: str
    name: str = ""

    def part(self) -> Part:
        head = [header("Content-Type", one_line(self.type)), b"Content-Transfer-Encoding: base64"]
        if self.name:
            head.append(b"Content-Disposition: attachment;\r\n " + _file_name(one_line(self.name)))
        return Part(head, encodebytes(self.content).replace(b"\n", CRLF).rstrip() + CRLF)


def text_part(text: str, subtype: str) -> Part:
    """Return text/plain or text/html in quoted-printable; each slot begins and ends in the first column."""
    head = [
        f'Content-Type: text/{subtype}; charset="utf-8"'.encode(),
        b"Content-Transfer-Encoding: quoted-printable",
    ]
    place = "html" if subtype == "html" else "text"
    out = b""
    for at, piece in enumerate(cut(text if text.endswith("\n") else text + "\n")):
        if at % 2:
            out = _to_first_column(out) + marked(place, piece)
        else:
            out += quoted_text(piece)
    return Part(head, out)


def multipart(subtype: str, parts: list[Part], boundary: str) -> Part:
    """Return the parts as one, or the only part itself."""
    if len(parts) == 1:
        return parts[0]
    line = b"--" + boundary.encode()
    body = b"".join(line + CRLF + part.whole() + CRLF for part in parts) + line + b"--" + CRLF
    return Part([f'Content-Type: multipart/{subtype}; boundary="{boundary}"'.encode()], body)


def marked(place: str, name: str) -> bytes:
    """Return a slot as it stands in a rendition."""
    return f"\0{place}:{name}\0".encode()


def header(name: str, value: str) -> bytes:
    """Return one header field, folded, without its CRLF: words for people, encoded where needed (RFC 2047).

    Raises BadHeaderError for a name that is none, or a value of several lines.
    """
    _check(name, value)
    pieces = cut(one_line(value))
    if len(pieces) > 1:  # every piece in encoded words: the blanks between them do not count
        coded = [marked("words", piece) if at % 2 else _lines(words(piece)) for at, piece in enumerate(pieces)]
        return f"{name}:".encode() + b"".join(coded)
    if value.isascii() and "=?" not in value and max(map(len, value.split()), default=0) < 900:
        return _folded(name, pieces[0].split(" "))
    return f"{name}:".encode() + _lines(words(pieces[0]))


def machine_header(name: str, value: str) -> bytes:
    """Return one header field that machines read: ASCII, never folded or encoded. Its slots are links and ids."""
    _check(name, value)
    if not value.isascii() or not value.isprintable() or len(value) > 900:
        raise BadHeaderError(f"{name} holds what no machine reads")
    return f"{name}: ".encode() + b"".join(
        marked("is", piece) if at % 2 else piece.encode() for at, piece in enumerate(cut(value))
    )


def mailbox_header(name: str, mailboxes: Iterable[tuple[str, str]]) -> bytes:
    """Return From or Reply-To from pairs of a person's name (or nothing) and an address. Raises BadHeaderError."""
    return f"{name}: ".encode() + (b"," + CRLF + b" ").join(mailbox(*pair) for pair in mailboxes)


def mailbox(person: str, address: str) -> bytes:
    """Return `"person" <address>`, the name encoded where it must be (RFC 5322 3.4)."""
    if not is_plain(address):
        raise BadHeaderError("This is no address that can stand in a header")
    person = one_line(person)
    if not person:
        return address.encode()
    if person.isascii() and "=?" not in person and len(person) < 400:
        quoted = person.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'.encode()
    return (CRLF + b" ").join(words(person)) + CRLF + f" <{address}>".encode()


def stuffed(mail: bytes) -> bytes:
    """Return a mail as it goes down the wire: leading dots doubled, and the final dot (RFC 5321 4.5.2).

    Raises ValueError where a line does not end with CRLF alone: that is how mail is smuggled into a mail.
    """
    whole = mail.count(CRLF)
    if mail.count(b"\n") != whole or mail.count(b"\r") != whole:
        raise ValueError("only CRLF ends a line")
    if mail.startswith(b"."):
        mail = b"." + mail
    mail = mail.replace(b"\r\n.", b"\r\n..")
    return mail + (END if mail.endswith(CRLF) else CRLF + END)


def is_wire_plain(part: bytes) -> bool:
    """Whether a part of a mail may leave as it is: only CRLF ends a line, and no line begins with a dot."""
    whole = part.count(CRLF)
    return part.count(b"\n") == whole == part.count(b"\r") and b"\n." not in part


def _check(name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadHeaderError(f"{name!r} is no name of a header")
    if any(character in value for character in "\r\n\0"):
        raise BadHeaderError(f"{name} would hold several lines")


def _lines(coded: list[bytes]) -> bytes:
    return b"".join(CRLF + b" " + word for word in coded)


def _folded(name: str, tokens: list[str]) -> bytes:
    lines, line = [], f"{name}:"
    for token in tokens:
        if len(line) + 1 + len(token) > 76 and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {token}"
    return CRLF.join(line.encode() for line in [*lines, line])


def _to_first_column(out: bytes) -> bytes:
    at_start = not out or out.endswith((CRLF, b"\0"))
    return out if at_start else out + b"=" + CRLF


def _file_name(name: str) -> bytes:
    """Return the file's name as a parameter: as it is, or in percent signs (RFC 2231 4)."""
    if _SIMPLE.fullmatch(name):
        return f'filename="{name}"'.encode()
    return f"filename*=utf-8''{quote(name, safe='')}".encode()
