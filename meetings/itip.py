"""Answers that come from calendar programs: a REPLY in the inbox (RFC 5546 3.2.3, RFC 6047).

Matched on UID and the attendee's address, because some programs leave ORGANIZER out. An answer from somebody
who is not on the list is put to those who lead the group; nobody gets in by forwarding an invitation.
"""

from contextlib import suppress
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses
from typing import Any

from django.core.exceptions import ValidationError
from icalendar import Calendar

from mailings.inbox import Post
from meetings import emails
from meetings.models import Invitation, Meeting, NotNow
from trust.addresses import compared

LARGEST = 200_000
ANSWERS = {"ACCEPTED": "yes", "TENTATIVE": "maybe", "DECLINED": "no"}


def read(post: Post) -> bool:
    """Take one message: True when it answers a meeting of ours, and the answer is kept or put to a person."""
    event = _reply_in(post.message)
    uid = str(event.get("UID", "")) if event else ""
    # No database may see what no UID of ours holds: PostgreSQL refuses a NUL, and a refusal would hold up the inbox.
    meeting = Meeting.objects.filter(uid=uid).first() if uid.isprintable() else None
    if event is None or meeting is None:
        return False
    attendee = event.get("ATTENDEE")
    if isinstance(attendee, list):
        attendee = attendee[0] if len(attendee) == 1 else None
    answer = ANSWERS.get(str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper())
    if answer is None:
        return False
    addresses = _addresses(attendee, post.message)
    invitation = _invited(meeting, addresses)
    if invitation is None:
        for leader in meeting.group.runners() if meeting.group else []:
            emails.stranger(meeting, leader, addresses[0] if addresses else "", answer, post.digest).send()
        return bool(meeting.group)
    if _number(event) >= meeting.moved_sequence and not _is_older(event, invitation):
        with suppress(NotNow):
            invitation.answer(answer, source=Invitation.Source.CALENDAR)
    return True


def _reply_in(message: Message) -> Any:
    """The one event of a REPLY, or None."""
    if str(message.get("Auto-Submitted", "no")).lower().startswith("auto-replied"):
        return None
    for part in message.walk():
        if part.get_content_type() not in {"text/calendar", "application/ics"}:
            continue
        raw = part.get_payload(decode=True)
        if not isinstance(raw, bytes) or len(raw) > LARGEST:
            continue
        try:
            calendar = Calendar.from_ical(raw)
        except ValueError:
            continue
        events = calendar.walk("VEVENT")
        if str(calendar.get("METHOD", "")).upper() == "REPLY" and len(events) == 1:
            return events[0]
    return None


def _addresses(attendee: Any, message: Message) -> list[str]:
    """The attendee's address, then the writer's: compared forms, each once."""
    written = [str(attendee).partition(":")[2] or str(attendee)]
    written += [address for _, address in getaddresses(message.get_all("From", []))]
    found: dict[str, None] = {}
    for each in written:
        with suppress(ValidationError):
            found[compared(each)] = None
    return list(found)


def _invited(meeting: Meeting, addresses: list[str]) -> Invitation | None:
    live = Invitation.objects.live().filter(meeting=meeting).select_related("member")
    by_address = {row.member.email: row for row in live.filter(member__email__in=addresses)}
    return next((by_address[each] for each in addresses if each in by_address), None)


def _number(event: Any) -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _is_older(event: Any, invitation: Invitation) -> bool:
    """Whether it was written before the answer we have."""
    try:
        stamp = getattr(event.get("DTSTAMP"), "dt", None)
    except ValueError:  # written as no time can be
        return False
    if invitation.replied_at is None or not isinstance(stamp, datetime):
        return False
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)) < invitation.replied_at.replace(microsecond=0)
