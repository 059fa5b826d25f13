"""Days and times as people type them, and as we say them: always the time in London."""

import re
from datetime import UTC, date, datetime, time

from django.utils import timezone

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXAMPLES = "Write it like 14 Jan, 14/1 or Thu 14 January 2027."
TIMES = "Write it like 4pm, 16:00 or 4.30pm."
_DAY = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9})\.?,?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?\s*"
    r"(?:[/.-]\s*(?P<number>\d{1,2})|\s*(?P<month>[a-z]{3,9})\.?)"
    r"(?:,?\s*[/.-]?\s*(?P<year>\d{4}|\d{2}))?"
)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?")


class Unclear(ValueError):
    """The words name no day or time. The message says what was wrong and how to write it."""


def day(words: str, today: date) -> date:
    """Return the day that is meant: "14 jan", "14/1", "Tue 14 Jan"; without a year, the next one there is.

    Day before month, as people here write it. Raises Unclear.
    """
    text = " ".join(words.casefold().replace("\u00a0", " ").split())
    found = _ISO.fullmatch(text) or _DAY.fullmatch(text)
    if not found:
        raise Unclear(f"We cannot read a date in that. {EXAMPLES}")
    parts = found.groupdict()
    meant = _the_day(int(parts["day"]), _month(parts), parts.get("year"), today)
    if name := parts.get("weekday"):
        _fits(name, meant)
    return meant


def clock(words: str) -> time:
    """Return the time that is meant: "16:00", "4pm", "4.30 pm". A bare number from 1 to 6 is in the afternoon.

    Raises Unclear.
    """
    text = " ".join(words.casefold().split())
    if text in {"noon", "midday"}:
        return time(12)
    found = _TIME.fullmatch(text)
    if not found:
        raise Unclear(f"We cannot read a time in that. {TIMES}")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        raise Unclear(f"There is no {words.strip()}. {TIMES}")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif 1 <= hour <= 6 and len(found["hour"]) == 1:
        hour += 12
    if hour > 23 or minute > 59:
        raise Unclear(f"There is no {words.strip()}. {TIMES}")
    return time(hour, minute)


def moment(on: date, at: time) -> datetime:
    """Return day and time in London as one moment. Of an hour that happens twice, the first.

    Raises Unclear for the hour that is left out when the clocks go forward.
    """
    local = datetime.combine(on, at, timezone.get_default_timezone())
    if local.astimezone(UTC).astimezone(timezone.get_default_timezone()).time() != at:
        raise Unclear(f"On {on:%-d %B %Y} the clocks go forward: there is no {at:%H:%M} that night.")
    return local


def in_words(at: datetime) -> str:
    """Return "Thursday 14 January 2027, 4pm"."""
    local = timezone.localtime(at)
    return f"{local:%A %-d %B %Y}, {hour(local)}"


def short(at: datetime) -> str:
    """Return "Thu 14 Jan, 4pm"."""
    local = timezone.localtime(at)
    return f"{local:%a %-d %b}, {hour(local)}"


def span(starts: datetime, ends: datetime) -> str:
    """Return "Thursday 14 January 2027, 4pm to 5.30pm", the second day named only where it is another."""
    last = timezone.localtime(ends)
    same = last.date() == timezone.localtime(starts).date()
    return f"{in_words(starts)} to {hour(last) if same else in_words(ends)}"


def hour(at: datetime | time) -> str:
    """Return "4pm", "4.30pm", "noon"."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    minutes = f".{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _month(parts: dict[str, str | None]) -> int:
    if number := parts.get("number"):
        return int(number)
    name = parts.get("month") or ""
    month = MONTHS.index(name[:3]) + 1 if name[:3] in MONTHS else 0
    if not month or not f"{date(2000, month, 1):%B}".casefold().startswith(name):
        raise Unclear(f"We do not know a month called “{name}”. {EXAMPLES}")
    return month


def _the_day(number: int, month: int, year: str | None, today: date) -> date:
    if not 1 <= month <= 12:
        raise Unclear(f"There is no month {month}: the day comes first. {EXAMPLES}")
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, number)
        years = (today.year + ahead for ahead in range(9))  # 29 February is eight years away at most
        return next(day for each in years if (day := _real(each, month, number)) and day >= today)
    except (ValueError, StopIteration):
        raise Unclear(f"There is no {number} {date(2000, month, 1):%B}{' ' + year if year else ''}.") from None


def _real(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _fits(name: str, meant: date) -> None:
    """Refuse a weekday that is none, or not that of the day."""
    if name[:3] not in WEEKDAYS:
        raise Unclear(f"We do not know a day called “{name}”. {EXAMPLES}")
    if WEEKDAYS[meant.weekday()] != name[:3]:
        raise Unclear(f"{meant:%-d %B %Y} is a {meant:%A}. Which day do you mean?")
