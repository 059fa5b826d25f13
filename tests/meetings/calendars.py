"""School calendars for the tests of suggestions: Leeds 2025/26 as published, the autumn of 2026 as assumed."""

import tomllib
from datetime import date
from pathlib import Path

import partnerships
from meetings.cadence import Calendar, Term

DATA = Path(partnerships.__file__).parent / "data"
ASSUMED = [
    Term("Autumn 1", date(2026, 9, 1), date(2026, 10, 23)),
    Term("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
]


def leeds() -> Calendar:
    terms = [row for row in _rows("half_terms") if row["school_year"] == "2025/26"]
    holidays = {row["day"]: row["name"] for row in _rows("bank_holidays")}
    known = [Term(row["name"], row["first_on"], row["last_on"]) for row in terms]
    return Calendar(terms=tuple(known + ASSUMED), bank_holidays=holidays)


def _rows(name: str) -> list[dict]:
    tables = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    return [row for key, row in tables.items() if key != "defaults"]
