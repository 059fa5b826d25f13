"""A calendar entry inside a mail: text/calendar lines whose slots are filled for each recipient.

RFC 5545 3.1 folds lines at 75 octets. A slot stands alone on a continuation line (a blank and the slot),
and its value is folded when it is filled, however long a name or an address is.
"""

from dataclasses import dataclass

from mailings.mime import CRLF, File, Part, header, marked
from mailings.slots import PLACES, cut, quoted
from trust.text import one_line

FOLD = 74  # octets after the blank of a continuation line
SOFT = b"=" + CRLF


@dataclass(frozen=True)
class Entry(File):
    """An alternative or an attachment whose content, iCalendar in UTF-8, may hold slots; `type` as in File."""

    def part(self) -> Part:
        out = b""
        for at, piece in enumerate(cut(self.content.decode())):
            out += SOFT + marked("calendar", piece) if at % 2 else _encoded(piece)
        plain = File(b"", self.type, self.name).part()
        head = [header("Content-Type", one_line(self.type)), b"Content-Transfer-Encoding: quoted-printable"]
        return Part(head + plain.head[2:], out)


def as_calendar(value: str) -> bytes:
    """Return a parameter value (RFC 5545 3.2: it holds no double quote) in quoted-printable, folded."""
    lines, line = [], b""
    for character in value.replace('"', "'"):
        raw = character.encode("utf-8", "replace")
        if len(line) + len(raw) > FOLD:
            lines.append(line)
            line = b""
        line += raw
    return (CRLF + b" " + SOFT).join(quoted(each) for each in [*lines, line]) + SOFT


def _encoded(piece: str) -> bytes:
    """Encode what stands between two slots; the blank before a slot stays, because the line goes on."""
    lines = piece.replace("\r\n", "\n").split("\n")
    return CRLF.join(b" " if line == " " else quoted(line.encode()) for line in lines)


PLACES["calendar"] = as_calendar
