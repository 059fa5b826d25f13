"""Who sits round a group's table: for the public page, for those who lead it, for a service record."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Count
from django.utils import timezone
from django.utils.timezone import localdate

from lcep.site import today
from meetings.models import Attendance, Meeting
from members.models import Member
from pods.models import Appointment, Group
from steering.models import SEATED, Holding
from steering.quorum import THERE
from steering.terms import RENEWED

YEAR = timedelta(days=365)
ORDER = [Appointment.Role.CHAIR, Appointment.Role.VICE, Appointment.Role.LEAD, Appointment.Role.MEMBER]


@dataclass
class Sitting:
    """One appointment as it is told: `since` is the first day of the terms that followed each other."""

    appointment: Appointment
    since: date
    terms: int
    seat: str
    sector: str
    came: str = ""

    @property
    def member(self) -> Member:
        return self.appointment.member

    @property
    def role(self) -> str:
        """The role, where it is more than a seat."""
        return "" if self.appointment.role == Appointment.Role.MEMBER else self.appointment.get_role_display()

    @property
    def is_over(self) -> bool:
        """Past its term, and still in post: nothing ends by itself."""
        ends = self.appointment.term_ends
        return ends is not None and ends < today() and self.appointment.until_on is None

    @property
    def is_public(self) -> bool:
        return self.appointment.is_public and bool(self.member.name)


class Table:
    """Everybody with a role in a group today. Three queries; one more with `attendance`."""

    def __init__(self, group: Group) -> None:
        self.group = group

    @cached_property
    def sittings(self) -> list[Sitting]:
        """In order of their roles, then of seats and names."""
        seats = {row.appointment_id: row.seat for row in self._holdings}
        now = [row for row in self._rows if row.since <= today() and (row.until_on is None or row.until_on >= today())]
        made = [self._sitting(row, seats.get(row.pk)) for row in now]
        return sorted(made, key=lambda each: (_place(each.appointment.role), each.seat, each.member.name.casefold()))

    @property
    def seated(self) -> list[Sitting]:
        return [each for each in self.sittings if each.appointment.role in SEATED]

    @property
    def others(self) -> list[Sitting]:
        """Substitutes, observers, note takers."""
        return [each for each in self.sittings if each.appointment.role not in SEATED]

    @property
    def coming(self) -> list[Appointment]:
        """Those appointed from a later day on."""
        return [row for row in self._rows if row.since > today()]

    def with_attendance(self) -> "Table":
        """Say of each how often they came in the last year, out of the meetings held while they were in post."""
        year_ago = timezone.now() - YEAR
        held = list(Meeting.objects.filter(group=self.group, status="held", starts_at__gte=year_ago))
        there = Attendance.objects.filter(meeting__in=held, how__in=THERE).values_list("member", "meeting")
        came = set(there)
        for each in self.seated:
            asked = [meeting.pk for meeting in held if localdate(meeting.starts_at) >= each.since]
            number = sum((each.member.pk, meeting) in came for meeting in asked)
            each.came = f"{number} of {len(asked)}" if asked else ""
        return self

    def _sitting(self, row: Appointment, seat) -> Sitting:
        chain = [row]
        while before := self._before(chain[-1]):
            chain.append(before)
        own = "" if row.role == Appointment.Role.CHAIR else row.member.get_sector_display()
        sector = seat.get_sector_display() if seat and seat.sector else own
        return Sitting(row, chain[-1].since, len(chain), str(seat or ""), sector)

    def _before(self, row: Appointment) -> Appointment | None:
        """The term that went on where this one begins."""
        eve = row.since - timedelta(days=1)
        same = [old for old in self._rows if old.member_id == row.member_id and old.role == row.role]
        return next((old for old in same if old.until_on == eve and old.end_reason == RENEWED), None)

    @cached_property
    def _rows(self) -> list[Appointment]:
        rows = self.group.appointments.filter(taken_back_on=None, member__erased_at=None)
        return list(rows.select_related("member__organisation", "substitute_for__member"))

    @cached_property
    def _holdings(self) -> list[Holding]:
        return list(Holding.objects.filter(appointment__in=self._rows).select_related("seat"))


def service_of(member: Member, partnership=None) -> list[tuple[Appointment, str]]:
    """Every role a member held, the latest first, each with its time in words; of one partnership if it is named."""
    rows = member.appointments.filter(taken_back_on=None).select_related("group__partnership").order_by("-since", "-pk")
    if partnership:
        rows = rows.filter(group__partnership=partnership)
    return [(row, _time(row)) for row in rows if row.since <= today()]


def meetings_of(member: Member, partnership=None) -> int:
    """How many meetings of groups a member came to."""
    rows = Attendance.objects.filter(member=member, how__in=THERE)
    if partnership:
        rows = rows.filter(meeting__partnership=partnership)
    return rows.aggregate(count=Count("pk"))["count"]


def _time(row: Appointment) -> str:
    over = row.until_on is not None and row.until_on < today()
    return f"{row.since:%B %Y} to {row.until_on:%B %Y}" if over else f"since {row.since:%B %Y}"


def _place(role: str) -> int:
    return [*ORDER, role].index(role)
