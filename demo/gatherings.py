"""Task & finish groups, events for everyone and papers of the story: invented, and placed around today."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from demo.mailing_list import chance, said
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from meetings.models import Attendance, Invitation, Meeting, MinutesRevision, Paper
from meetings.models.records import publish_minutes
from members.models import Member
from partnerships.models import Partnership
from partnerships.uploads import examined
from pods.models import Appointment, Group, GroupMembership

EARLIER = timedelta(days=9)


def tell(leeds: Partnership, days: SchoolDays) -> None:
    """Tell what there is beside the meetings of the standing groups."""
    told = said("meetings")
    for task in told["task"]:
        _task(leeds, days, task)
    for event in told["event"]:
        _event(leeds, days, event)
    for paper in told["paper"]:
        _paper(leeds, paper)
    _let_everybody_read(leeds)


def _task(leeds: Partnership, days: SchoolDays, told: dict[str, Any]) -> None:
    begun = days.on_or_before(today() - DAY * told["begun"])
    over = days.on_or_before(today() - DAY * told["finished"]) if "finished" in told else None
    parent = leeds.groups.get(kind=Group.Kind.POD, priority__position=told["parent"], until_on=None)
    group = Group.objects.create(
        partnership=leeds,
        kind=Group.Kind.TASK_AND_FINISH,
        name=told["name"],
        slug=told["slug"],
        purpose=told["purpose"],
        parent=parent,
        priority=parent.priority,
        gap_min=2,
        gap_max=4,
        from_on=begun,
        until_on=over,
        finish_by=days.on_or_after(today() + DAY * told["finish"]),
        outcome=told.get("outcome", ""),
    )
    people = Member.objects.filter(name__in=[told["lead"], *told["members"]]).order_by("pk")
    lists = dict(leeds.memberships.filter(member__in=people).values_list("member", "joined_at"))
    for member in people:
        since = max(begun, timezone.localdate(lists[member.pk])) if member.pk in lists else begun
        GroupMembership.objects.create(group=group, member=member, joined_on=days.on_or_before(since), left_on=over)
    lead = next(member for member in people if member.name == told["lead"])
    ending = {"until_on": over, "end_reason": "The group is done"} if over else {}
    Appointment.objects.create(group=group, member=lead, role=Appointment.Role.LEAD, since=begun, **ending)


def _event(leeds: Partnership, days: SchoolDays, told: dict[str, Any]) -> None:
    ahead = told["ahead"]
    find = days.on_or_after if ahead > 0 else days.on_or_before
    starts = timezone.make_aware(datetime.combine(find(today() + DAY * ahead), told.get("at", time(16))))
    made = min(timezone.now(), starts) - EARLIER
    event = Meeting.objects.create(
        title=told["title"],
        words=told["words"],
        status=Meeting.Status.SCHEDULED if ahead > 0 else Meeting.Status.HELD,
        held_at=None if ahead > 0 else starts + DAY,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=told["minutes"]),
        mode=Group.Mode.ONLINE if told.get("online") else Group.Mode.IN_PERSON,
        place=told.get("place", ""),
        access=told.get("access", ""),
        capacity=told.get("places"),
        needs_asked=told.get("needs_asked", ""),
        made_at=made,
        revised_at=made,
        **Meeting.named(leeds),
    )
    _answers(leeds, event, made)


def _answers(leeds: Partnership, event: Meeting, made: datetime) -> None:
    """About a third of those who chose invitations say yes; beyond the places they wait, in the order they said so."""
    people = Member.objects.filter(memberships__in=leeds.memberships.filter(left_at=None, events_since__isnull=False))
    coming = [
        member
        for member in people.distinct().order_by("pk").select_related("organisation")
        if chance(member.name, event.title) < 0.45
    ]
    rows = []
    for number, member in enumerate(coming):
        at = made + timedelta(hours=number)
        at = min(at, timezone.now() - timedelta(minutes=len(coming) - number))
        waits = event.capacity is not None and number >= event.capacity
        rows.append(
            Invitation(
                meeting=event,
                member=member,
                invited_at=made,
                reply="yes",
                replied_at=at,
                source=Invitation.Source.PAGE,
                waiting_since=at if waits else None,
            )
        )
    Invitation.objects.bulk_create(rows)
    if event.is_held:
        came = [member for member in coming if chance(member.name, "came") < 0.8]
        Attendance.objects.bulk_create(
            Attendance(
                meeting=event,
                member=member,
                how=Attendance.How.ONLINE,
                organisation=str(member.organisation or ""),
                sector=member.sector,
            )
            for member in came
        )


def _paper(leeds: Partnership, told: dict[str, Any]) -> None:
    group = leeds.groups.get(kind=Group.Kind.POD, priority__position=told["position"], until_on=None)
    leader = group.runners().order_by("pk").first()
    assert leader is not None
    paper = None
    for number in range(told["versions"]):
        lines = [told["title"], *told["lines"], f"Version {number + 1}. Invented for the demonstration."]
        upload = examined(f"{told['title']}.pdf", BytesIO(_pdf(lines)))
        if paper is None:
            paper = Paper.put(told["title"], by=leader, group=group, upload=upload)
        else:
            paper.add_version(upload, note="With what two heads said", by=leader)


def _let_everybody_read(leeds: Partnership) -> None:
    """Two groups have let their agreed minutes onto the public page."""
    agreed = Meeting.objects.filter(partnership=leeds, group__kind=Group.Kind.POD, minutes_agreed__isnull=False)
    for meeting in agreed.order_by("pk")[:4]:
        assert MinutesRevision.agreed_of(meeting) and meeting.made_by
        publish_minutes(meeting, by=meeting.made_by)


def _pdf(lines: list[str]) -> bytes:
    """One page with these lines, in a typeface every reader has (ISO 32000-1 9.6.2.2)."""
    shown = b"BT /F1 14 Tf 60 780 Td 22 TL " + b"".join(_line(each) for each in lines) + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
    ]
    return b"".join(_whole(objects))


def _line(words: str) -> bytes:
    plain = words.encode("latin-1", "replace")
    for sign in (b"\\", b"(", b")"):
        plain = plain.replace(sign, b"\\" + sign)
    return b"(%s) Tj T* " % plain


def _whole(objects: list[bytes]) -> Iterator[bytes]:
    """The file of these objects with the table of where each begins (ISO 32000-1 7.5.4)."""
    head = b"%PDF-1.4\n"
    at, places = len(head), []
    yield head
    for number, content in enumerate(objects, 1):
        places.append(at)
        written = b"%d 0 obj\n%s\nendobj\n" % (number, content)
        at += len(written)
        yield written
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    yield b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    yield b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, at)
