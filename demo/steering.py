"""The seats of the story's Steering Group, its rules, its Executive's own meetings, and who would like a seat."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from demo.mailing_list import said
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from meetings.models import AgendaItem, Attendance, Invitation, Meeting, MinutesRevision, Paper
from members.models import Member
from partnerships.models import Partnership
from pods.models import Appointment, Group
from steering.models import HandoverNote, Holding, Interest, RoleDescription, Rules, Seat, Sharing

LUNCH = time(12, 30)


def tell(leeds: Partnership, days: SchoolDays, manager: Member | None) -> None:
    """Set the table; appointments of before are put on its seats."""
    told = said("steering")
    steering = leeds.groups.get(kind=Group.Kind.STEERING, until_on=None)
    Rules.objects.get_or_create(group=steering, defaults=told["rules"])
    for seat in told["seat"]:
        _seat(steering, seat)
    for name, line in told["lines"].items():
        Appointment.objects.current().filter(group=steering, member__name=name).update(line=line)
    for interest in told["interest"]:
        _interest(steering, interest)
    RoleDescription.objects.create(partnership=leeds, edited_by=manager, **told["role"])
    HandoverNote.objects.create(partnership=leeds, text=told["note"].strip(), by=manager)
    executive = leeds.groups.get(kind=Group.Kind.EXECUTIVE, until_on=None)
    for meeting in told["executive"]:
        _held(executive, days, meeting)


def _seat(steering: Group, told: dict[str, Any]) -> None:
    first = min(Appointment.objects.filter(group=steering).values_list("since", flat=True), default=today())
    seat = Seat.objects.create(group=steering, from_on=first, **_without(told, "holders"))
    held = Appointment.objects.current().filter(group=steering, member__name__in=told["holders"])
    Holding.objects.bulk_create(Holding(appointment=row, seat=seat) for row in held)


def _without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    """What is told, but some of it; the file is read once and stays as it is."""
    return {name: value for name, value in told.items() if name not in names}


def _interest(steering: Group, told: dict[str, Any]) -> None:
    came = timezone.now() - timedelta(days=told["days"])
    seat = Seat.objects.get(group=steering, label=told["seat"])
    said_of = _without(told, "days", "seat")
    Interest.objects.create(group=steering, seat=seat, sector=seat.sector, received_at=came, **said_of)


def _held(executive: Group, days: SchoolDays, told: dict[str, Any]) -> None:
    """A meeting of the Executive with its agenda, a paper and minutes; perhaps open to the manager."""
    day = days.on_or_before(today() - DAY * told["last"])
    starts = timezone.make_aware(datetime.combine(day, LUNCH))
    after = starts + timedelta(days=1)
    people = list(executive.people().select_related("organisation"))
    chair = executive.runners().first()
    meeting = Meeting.objects.create(
        group=executive,
        status=Meeting.Status.HELD,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=60),
        mode=Group.Mode.ONLINE,
        held_at=after,
        made_by=chair,
        made_at=starts - timedelta(weeks=4),
        revised_at=starts - timedelta(weeks=4),
        **Meeting.named(executive.partnership),
    )
    Invitation.objects.bulk_create(
        Invitation(
            meeting=meeting, member=each, reply="yes", replied_at=starts - timedelta(days=5), source="page",
            invited_at=starts - timedelta(weeks=4),
        )
        for each in people
    )  # fmt: skip
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting, member=each, how=Attendance.How.ONLINE, sector=each.sector,
            organisation=str(each.organisation or ""),
        )
        for each in people
    )  # fmt: skip
    for position, title in enumerate(told["agenda"]):
        AgendaItem.objects.create(meeting=meeting, position=position, title=title)
    shared = {"shared_at": after, "shared_by": chair} if told.get("shared") else {}
    Paper.objects.create(
        group=executive, meeting=meeting, title=told["paper"], url="https://example.org/paper", added_by=chair, **shared
    )
    MinutesRevision.objects.create(meeting=meeting, number=1, text=told["minutes"], by=chair, at=after)
    if told.get("shared"):
        Sharing.objects.create(meeting=meeting, by=chair, at=after)
