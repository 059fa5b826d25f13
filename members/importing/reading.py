"""Files of people as the programs of the world write them: which letters, which separator, which lines.

Mailchimp's audience export (a ZIP of subscribed, unsubscribed and cleaned lists, or one of them), Google Contacts,
Outlook and Excel. Nothing is guessed about the people here; `Unreadable` says in words, with the line, what is wrong.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field

LARGEST = 5 * 1024 * 1024  # bytes of a file; a ZIP may hold four times as many
LINES = 20_000
COLUMNS = 200
CELL = 10_000  # characters
SEPARATORS = ",;\t"


class Unreadable(ValueError):
    """The file cannot be read, in words for whoever chose it."""


@dataclass
class Sheet:
    """One list in a file. `standing` is what the file says of everybody in it: subscribed, unsubscribed, cleaned, ''.

    `rows` are pairs of the line on which a row begins (1 is the first) and its cells.
    """

    name: str
    standing: str
    header: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def sheets(content: bytes, name: str = "") -> list[Sheet]:
    """Return every list in a file. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable("This file is larger than 5 MB. Cut it in two, and take one after the other.")
    if content[:4] == b"PK\x03\x04":
        return _unzipped(content)
    if content[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise Unreadable("This is no list we can read. Open it, copy the lines, and paste them here instead.")
    return [_sheet(content, name)]


def _unzipped(content: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(entry.filename.startswith("xl/") for entry in archive.infolist()):
                raise Unreadable("This is an Excel workbook. Open it, copy the cells, and paste them here instead.")
            entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")][:20]
            if not entries:
                raise Unreadable("There is no list of people in this ZIP.")
            if sum(entry.file_size for entry in entries) > 4 * LARGEST:
                raise Unreadable("What is packed in this ZIP is larger than 20 MB.")
            found = []
            for entry in entries:
                with archive.open(entry) as packed:
                    unpacked = packed.read(LARGEST + 1)  # what the ZIP says of its size may be a lie
                if len(unpacked) > LARGEST:
                    raise Unreadable(f"{entry.filename} in this ZIP is larger than 5 MB.")
                if unpacked.strip():
                    found.append(_sheet(unpacked, entry.filename))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable("This ZIP file is broken or locked with a password.") from error
    if sum(len(sheet.rows) for sheet in found) > LINES:
        raise Unreadable(f"These lists have more than {LINES:,} lines together.")
    return found


def _sheet(content: bytes, name: str) -> Sheet:
    text = decoded(content)
    if not text.strip():
        raise Unreadable("There is nothing in it.")
    rows = _rows(text)
    if not rows:
        raise Unreadable("There is nothing in it but empty lines.")
    first = rows[0][1]
    if any("@" in cell for cell in first):  # no headings: the first line is a person already
        header = [f"Column {number}" for number in range(1, max(len(cells) for _, cells in rows) + 1)]
    else:
        header, rows = _headings(first), rows[1:]
    return Sheet(name.rsplit("/", 1)[-1], _standing(name, header), header, rows)


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16, with or without their mark, else Windows-1252."""
    if content[:3] == b"\xef\xbb\xbf":
        return _text(content[3:], "utf-8")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _text(content, "utf-16")
    sample = content[:2000]
    if sample[1::2].count(0) > len(sample) // 3:
        return _text(content, "utf-16-le")
    if sample[::2].count(0) > len(sample) // 3:
        return _text(content, "utf-16-be")
    if b"\0" in content:
        raise Unreadable("This is no list of text. Open it, copy the lines, and paste them here instead.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _text(content, "cp1252")


def _text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).lstrip("\ufeff").replace("\0", "")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"Line {line} has letters we cannot read. Open the file, copy the lines, and paste them here instead."
        ) from error


def _rows(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows, begins = [], 1
    try:
        for cells in reader:
            if len(cells) > COLUMNS:
                raise Unreadable(f"Line {begins} has {len(cells)} columns. Is this a list of people?")
            if any(len(cell) > CELL for cell in cells):
                raise Unreadable(f"Line {begins} has a field of more than {CELL:,} letters. Is a quotation mark open?")
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells))
            if len(rows) > LINES + 1:
                raise Unreadable(f"This list has more than {LINES:,} lines. Cut it in two.")
            begins = reader.line_num + 1
    except csv.Error as error:
        hint = "a quotation mark is opened and never closed" if "end of data" in str(error) else "it is broken there"
        raise Unreadable(f"We can read this up to line {begins}: {hint}.") from error
    return rows


def _separator(text: str) -> str:
    """The one of comma, semicolon and tab that the first line uses most, outside of quotation marks."""
    counts = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for letter in text[:20_000]:
        if letter == '"':
            quoted = not quoted
        elif letter == "\n" and not quoted and any(counts.values()):
            break
        elif letter in counts and not quoted:
            counts[letter] += 1
    return max(counts, key=lambda letter: counts[letter])


def _headings(cells: list[str]) -> list[str]:
    """Headings, each once: a second "Email" becomes "Email (2)", an empty one says its number."""
    seen: dict[str, int] = {}
    named = []
    for number, cell in enumerate(cells, 1):
        heading = " ".join(cell.split())[:80] or f"Column {number}"
        seen[heading] = seen.get(heading, 0) + 1
        named.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return named


def _standing(name: str, header: list[str]) -> str:
    """What Mailchimp says of a whole list, in its file name or by the column only that list has."""
    words = {heading.upper() for heading in header}
    base = name.rsplit("/", 1)[-1].lower()
    if "CLEAN_TIME" in words or base.startswith("cleaned"):
        return "cleaned"
    if "UNSUB_TIME" in words or base.startswith("unsubscribed"):
        return "unsubscribed"
    return "subscribed" if base.startswith("subscribed") else ""
