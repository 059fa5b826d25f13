"""The school days of a place, as far as its half terms are known; and invented half terms for the years ahead."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from newsletters.planner.year import due_on
from partnerships.models import BankHoliday, HalfTerm, Place

NAMES = ("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
FILE = Path(__file__).parent / "data" / "terms.toml"


@dataclass
class SchoolDays:
    """Which days are school days. Before and after the known half terms, every weekday that is no bank holiday."""

    place: Place

    @cached_property
    def half_terms(self) -> list[HalfTerm]:
        return list(HalfTerm.objects.filter(place=self.place).order_by("first_on"))

    @cached_property
    def bank_holidays(self) -> set[date]:
        return set(BankHoliday.objects.values_list("day", flat=True))

    def __contains__(self, day: date) -> bool:
        if day.weekday() > 4 or day in self.bank_holidays:
            return False
        known = self.half_terms
        if not known or not known[0].first_on <= day <= known[-1].last_on:
            return True
        return any(half_term.first_on <= day <= half_term.last_on for half_term in known)

    def on_or_before(self, day: date) -> date:
        while day not in self:
            day -= DAY
        return day

    def on_or_after(self, day: date) -> date:
        while day not in self:
            day += DAY
        return day

    def in_weeks(self, after: date, word: str) -> date:
        """Return the day that `wed+3` names: the Wednesday of the third week after, or of the first later one in
        school time.
        """
        weekday, weeks = word.split("+")
        monday = after - DAY * after.weekday()
        day = monday + DAY * WEEKDAYS.index(weekday) + WEEK * int(weeks)
        while day not in self:
            day += WEEK
        return day

    def issue_on(self, half_term: HalfTerm) -> date:
        """Return the school day on which the newsletter of a half term is due."""
        return self.on_or_before(due_on(half_term))


def illustrate(place: Place, until: date) -> int:
    """Add the half terms of each school year that nobody has published yet, up to `until`. Return how many."""
    known = set(HalfTerm.objects.filter(place=place).values_list("school_year", flat=True))
    missing = [half_term for half_term in _illustrative(place, until) if half_term.school_year not in known]
    HalfTerm.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _illustrative(place: Place, until: date) -> Iterator[HalfTerm]:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for name, spans in _years(said["year"], until):
        for number, (first_on, last_on) in enumerate(spans, 1):
            yield HalfTerm(
                place=place,
                school_year=name,
                number=number,
                name=NAMES[number - 1],
                first_on=first_on,
                last_on=last_on,
                is_illustrative=True,
                source=said["source"],
            )


def _years(years: list[dict], until: date) -> Iterator[tuple[str, list]]:
    """The years of the file, then its last one again, whole weeks later, for as long as it takes."""
    for year in years:
        yield year["name"], year["half_terms"]
    spans = years[-1]["half_terms"]
    while spans[-1][1] < until:
        later = 52 * WEEK
        if (spans[0][0] + later).month < 9:
            later += WEEK
        spans = [[first_on + later, last_on + later] for first_on, last_on in spans]
        begins = spans[0][0].year
        yield f"{begins}/{(begins + 1) % 100:02}", spans
