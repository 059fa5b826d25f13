"""The school year as a drawing: six half terms, newsletters and meetings on them, and today."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate

from lcep.site import today
from meetings.models import Meeting
from newsletters.planner.year import Slot, Year
from pods.models import Group

DAY_WIDE = 2.4  # units of the drawing for one day
LEFT = 108  # units for the names of the rows
ROWS = {"newsletters": 76, "pods": 110, "steering": 142}
HIGH = 160
NEXT = 3


@dataclass
class Strip:
    """One year as it is drawn and as it is read. `meetings` have a date and are of no Executive."""

    year: Year
    meetings: list[Meeting]

    @classmethod
    def of_all(cls, years: Iterable[Year]) -> "list[Strip]":
        """Return the strips of some years, with their meetings in one query."""
        kept = list(years)
        found: dict[int, list[Meeting]] = defaultdict(list)
        dated = Meeting.objects.filter(partnership__in=[year.partnership.pk for year in kept], starts_at__isnull=False)
        for meeting in (
            dated.exclude(status="cancelled")
            .exclude(group__kind=Group.Kind.EXECUTIVE)
            .select_related("group")
            .order_by("starts_at")
        ):
            found[meeting.partnership_id].append(meeting)
        return [cls(year, [each for each in found[year.partnership.pk] if _within(each, year)]) for year in kept]

    @property
    def wide(self) -> int:
        return round(LEFT + ((self.year.last_on - self.year.first_on).days + 1) * DAY_WIDE) + 8

    @property
    def high(self) -> int:
        return HIGH

    @property
    def now(self) -> float | None:
        """Where today stands, if it lies in this year."""
        return self._at(today()) if self.year.first_on <= today() <= self.year.last_on else None

    def blocks(self) -> Iterator[dict]:
        """Each half term: where its block begins, how wide it is, and its name."""
        for row in self.year.half_terms:
            x, end = self._at(row.first_on), self._at(row.last_on + timedelta(days=1))
            yield {
                "x": x,
                "wide": round(end - x, 1),
                "name": row.name,
                "is_now": row.first_on <= today() <= row.last_on,
            }

    def letters(self) -> Iterator[dict]:
        """Each newsletter as an envelope: full when it went out, hollow while it is to come."""
        for slot in self.year.slots:
            x, y = self._at(slot.due_on), ROWS["newsletters"]
            flap = f"M{x - 11} {y - 7}L{x} {y + 2}L{x + 11} {y - 7}"
            yield {"x": round(x - 11, 1), "y": y - 8, "flap": flap, "word": slot.word}

    def dots(self) -> Iterator[dict]:
        """Each meeting of a pod, of another group or for everyone, as a dot."""
        for meeting in self.meetings:
            if not _is_steering(meeting):
                yield {"x": self._at(_day(meeting)), "y": ROWS["pods"], "is_past": _day(meeting) < today()}

    def diamonds(self) -> Iterator[dict]:
        """Each meeting of Steering, as the points of a diamond."""
        for meeting in filter(_is_steering, self.meetings):
            x, y = self._at(_day(meeting)), ROWS["steering"]
            points = f"{x},{y - 9} {x + 9},{y} {x},{y + 9} {x - 9},{y}"
            yield {"points": points, "is_past": _day(meeting) < today()}

    def coming(self) -> list[tuple[date, str]]:
        """The next three things on it, with their days."""
        letters = [(slot.due_on, f"{slot.name}’s newsletter is due") for slot in self.year.slots if _is_to_come(slot)]
        meetings = [
            (_day(each), f"{each.group or each} meets" if each.group_id else str(each))
            for each in self.meetings
            if _day(each) >= today()
        ]
        return sorted(letters + meetings)[:NEXT]

    def words(self) -> Iterator[dict]:
        """The same in words: each half term with its days, its newsletters and how many meetings it holds."""
        for row in self.year.half_terms:
            held = [each for each in self.meetings if row.first_on <= _day(each) <= row.last_on]
            slots = [slot for slot in self.year.slots if slot.half_term.pk == row.pk]
            yield {
                "half_term": row,
                "slots": slots,
                "meetings": len(held),
                "is_now": row.first_on <= today() <= row.last_on,
            }

    def _at(self, day: date) -> float:
        return round(LEFT + (day - self.year.first_on).days * DAY_WIDE, 1)


def _within(meeting: Meeting, year: Year) -> bool:
    return year.first_on <= _day(meeting) <= year.last_on


def _day(meeting: Meeting) -> date:
    assert meeting.starts_at is not None
    return localdate(meeting.starts_at)


def _is_steering(meeting: Meeting) -> bool:
    return meeting.group is not None and meeting.group.kind == Group.Kind.STEERING


def _is_to_come(slot: Slot) -> bool:
    return slot.word in {"due", "draft"} and slot.due_on >= today()
