"""Who is round the table by sector: today, in half a year and in a year, if every term ended when it says."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from lcep.site import today
from partnerships.models.organisations import Sector
from pods.models import Appointment, Group
from steering.models import SEATED, Holding, Seat

OTHERS = "Sector not given"
INDEPENDENT = "Independent Chair"
LOOKS = (("Today", 0), ("In six months", 6), ("In a year", 12))


@dataclass(frozen=True)
class Line:
    """One sector: how many seats it has, and how many people on each of the three days."""

    sector: str
    seats: int
    people: tuple[int, ...]

    @property
    def most(self) -> int:
        return max(self.seats, *self.people)


class Balance:
    """The table of a group by sector. Three queries, however many people and terms."""

    def __init__(self, group: Group, on: date | None = None) -> None:
        self.group, self.day = group, on or today()
        self.days = [months_after(self.day, months) for _, months in LOOKS]
        self.columns = [label for label, _ in LOOKS]

    @cached_property
    def lines(self) -> list[Line]:
        """Every sector that has a seat or a person, those with most seats first."""
        seats: Counter[str] = Counter()
        for seat in Seat.objects.on(self.day).filter(group=self.group):
            seats[_label(seat.sector)] += seat.places
        counted = [Counter(self._sectors_on(day)) for day in self.days]
        names = set(seats) | {name for day in counted for name in day}
        lines = [Line(name, seats[name], tuple(day[name] for day in counted)) for name in names]
        return sorted(lines, key=lambda line: (-line.seats, line.sector in (OTHERS, INDEPENDENT), line.sector))

    @property
    def totals(self) -> Line:
        columns = zip(*(line.people for line in self.lines), strict=True)
        people = tuple(map(sum, columns)) if self.lines else (0, 0, 0)
        return Line("All", sum(line.seats for line in self.lines), people)

    @property
    def gaps(self) -> list[str]:
        """Sentences on the sectors that have nobody today, or will have nobody in a year if no term is renewed."""
        found = [f"Nobody from: {line.sector.lower()}." for line in self.lines if line.seats and not line.people[0]]
        soon = [line.sector.lower() for line in self.lines if line.people[0] and not line.people[-1]]
        return found + (
            [f"In a year nobody is left from: {', '.join(soon)}, unless terms are renewed."] if soon else []
        )

    def _sectors_on(self, day: date) -> list[str]:
        seen: dict[int, str] = {}
        for row in self._held:
            lasts = row.until_on or (row.term_ends if day > self.day else None)
            if row.since <= day and (lasts is None or day <= lasts):
                seen.setdefault(row.member_id, self._sector(row))
        return list(seen.values())

    def _sector(self, row: Appointment) -> str:
        """That of the seat, else the person's own; a chair without a seat speaks for no sector."""
        sector = self._seats.get(row.pk)
        if not sector and row.role == Appointment.Role.CHAIR:
            return INDEPENDENT
        return _label(sector or row.member.sector)

    @cached_property
    def _held(self) -> list[Appointment]:
        """The appointments that matter from that day on, the latest first."""
        rows = self.group.appointments.filter(role__in=SEATED, taken_back_on=None, member__erased_at=None)
        lasting = rows.filter(Q(until_on=None) | Q(until_on__gte=self.day))
        return list(lasting.select_related("member").order_by("-since", "pk"))

    @cached_property
    def _seats(self) -> dict[int, str]:
        """The sector of the seat each appointment sits on."""
        held = Holding.objects.filter(appointment__in=self._held)
        return dict(held.values_list("appointment", "seat__sector"))


def _label(code: str) -> str:
    return str(Sector(code).label) if code in Sector.values else OTHERS


def months_after(day: date, months: int) -> date:
    """Return the same day of the month some months later, or its last day: 31 August, 6 months on: 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
