"""Dates that somebody typed: a weekday that is another one, a deadline that is over."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newsletters.check.finding import Finding

if TYPE_CHECKING:
    from newsletters.check import Check

MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]  # fmt: skip
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TYPED = re.compile(
    r"\b(?:(mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?"
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b(?: (20\d\d))?",
    re.I,
)
# Words before a date after which a day that is over makes no sense.
DEADLINE = re.compile(
    r"(?:clos(?:es|ing)|deadline|apply|applications?|book|register|sign up|join us|by|until)\b[^.!?\n]{0,40}$", re.I
)
BACK, AHEAD = timedelta(days=120), timedelta(days=245)


def wrong_weekday(check: "Check") -> Iterator[Finding]:
    for field, name, found, day in _typed(check):
        said = (found.group(1) or "").casefold()
        if said and day and not DAYS[day.weekday()].startswith(said):
            yield Finding(f"{name}: {day:%-d %B %Y} is a {day:%A}; the words say “{found.group().strip()}”.", field)


def over(check: "Check") -> Iterator[Finding]:
    for field, name, found, day in _typed(check):
        if day and day < check.on and DEADLINE.search(found.string[: found.start()]):
            before = DEADLINE.search(found.string[: found.start()])
            words = " ".join((before.group() + found.group()).split()) if before else ""
            yield Finding(f"{name}: “{words[:60]}” is over when this goes out.", field, bars=True)


def impossible(check: "Check") -> Iterator[Finding]:
    for field, name, found, day in _typed(check):
        if day is None:
            yield Finding(f"{name}: there is no “{found.group().strip()}”.", field)


CHECKS = (wrong_weekday, over, impossible)


def _typed(check: "Check") -> Iterator[tuple[str, str, "re.Match[str]", date | None]]:
    """Each date of the words, with its field and name; None for a day that no calendar has."""
    for field, name, text in check.texts:
        for found in list(TYPED.finditer(text))[:60]:
            yield field, name, found, _meant(found, check.on)


def _meant(found: "re.Match[str]", on: date) -> date | None:
    """The day that is meant: in its year, or in the one in which it is nearest ahead."""
    month = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(found.group(3).casefold()[:3]))
    years = [int(found.group(4))] if found.group(4) else [on.year - 1, on.year, on.year + 1]
    days = [day for year in years if (day := _day(year, month, int(found.group(2))))]
    if found.group(4) or not days:
        return days[0] if days else None
    return next((day for day in days if on - BACK <= day <= on + AHEAD), days[-1])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
