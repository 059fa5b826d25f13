"""Everybody considered for a mail as a screen shows them: who gets it, and who does not and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.template.defaultfilters import pluralize

from members.models import Member

SHOWN = 100  # names of one reason; a number says how many more there are
FEW = 1000  # so many left out are read at once, and not reason by reason


@dataclass(frozen=True)
class LeftOut:
    """Those left out for one reason: how many, and the first of them by name."""

    reason: str
    count: int
    people: list[Member]

    @property
    def in_words(self) -> str:
        return people(self.count)

    @property
    def more(self) -> int:
        return self.count - len(self.people)


@dataclass(frozen=True)
class Sorted:
    """`getting` are in order of their names; `left_out` begins with the most frequent reason."""

    getting: QuerySet[Member]
    count: int
    left_out: list[LeftOut]

    @classmethod
    def of(cls, everybody: QuerySet[Member]) -> "Sorted":
        """Sort members annotated `excluded`: '' gets it, else the reason."""
        counts = counted(everybody)
        getting = counts.pop("", 0)
        rest = everybody.exclude(excluded="")
        if sum(counts.values()) <= FEW:
            found = _by_reason(rest) if counts else {}
            left_out = [LeftOut(reason, count, found.get(reason, [])[:SHOWN]) for reason, count in counts.items()]
        else:
            left_out = [
                LeftOut(reason, count, list(rest.filter(excluded=reason)[:SHOWN])) for reason, count in counts.items()
            ]
        return cls(everybody.filter(excluded=""), getting, left_out)

    @property
    def in_words(self) -> str:
        return people(self.count)

    @property
    def left_out_count(self) -> int:
        return sum(left.count for left in self.left_out)

    @cached_property
    def some(self) -> list[Member]:
        """Five of those who get it: with a name, if there are any."""
        return list(self.getting.exclude(name="")[:5]) or list(self.getting[:5])

    def as_context(self) -> dict[str, Any]:
        names = ("count", "in_words", "some", "left_out", "left_out_count")
        return {name: getattr(self, name) for name in names}


def people(count: int) -> str:
    """Return "1 person", "1,214 people"."""
    return f"{count:,} {pluralize(count, 'person,people')}"


def counted(everybody: QuerySet[Member]) -> dict[str, int]:
    """Return how many there are of each `excluded`, the most frequent first."""
    rows = everybody.order_by().values("excluded").annotate(people=Count("pk")).order_by("-people", "excluded")
    return {row["excluded"]: row["people"] for row in rows}


def _by_reason(rest: Iterable[Any]) -> dict[str, list[Member]]:
    ordered = sorted(rest, key=lambda member: member.excluded)  # stable: names stay in order
    return {reason: list(group) for reason, group in groupby(ordered, key=lambda member: member.excluded)}
