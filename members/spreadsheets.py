"""CSV files that Excel opens rightly and safely: marked as UTF-8, and no cell is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# What spreadsheets take for the beginning of a formula (ASVS 1.2.10), their full-width twins, and the mark itself.
FORMULA = re.compile(r"^['=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
PROTECTED = re.compile(r"^'(?=['=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20])")


def safe(value: Any) -> str:
    """Return a cell as text that no spreadsheet works out: an apostrophe stands before what would begin a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def restored(cell: str) -> str:
    """Undo `safe`, for a list that was exported here and comes back."""
    return PROTECTED.sub("", cell)


def written(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a CSV file: UTF-8 with its mark, every cell quoted, lines ended as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")
