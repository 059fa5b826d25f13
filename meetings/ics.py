"""Meetings as iCalendar objects (RFC 5545, 5546): for mails, for one entry to keep, and for feeds.

An entry says nothing of other people, and no link in it acts for anybody: calendars are shared with whole
teams. The address of the meeting's page stands where a link to join would.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from trust.text import one_line

if TYPE_CHECKING:
    from meetings.models import Meeting

PRODID = "-//Local Cultural Education Partnerships//meetings//EN"
# RFC 5545 3.6.5, with the onsets in the time before the change: parsed back, it agrees with the tz database
# from 1997 on. A list of RDATEs instead shifts everything by an hour in desktop Outlook.
LONDON = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")
# RFC 5546: who is asked, and that an answer is wanted. Each slot stands on a continuation line of its own.
WHOM = 'CN="\r\n {name}\r\n ":mailto:\r\n {address}\r\n'
ASKED = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;\r\n RSVP=TRUE;" + WHOM
TOLD = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;" + WHOM
REFRESH = "PT6H"
OCTETS = 75
ZONE = ZoneInfo("Europe/London")


def entry(meeting: "Meeting", *, method: str, stamp: datetime, attendee: tuple[str, str] | None = None) -> str:
    """Return one meeting as a whole iCalendar object with METHOD REQUEST, CANCEL or PUBLISH (RFC 5546 3.2).

    `attendee` is the slots for a name and an address, each folded when it is filled; PUBLISH has none.
    """
    whom = ""
    if attendee and method != "PUBLISH":
        whom = (TOLD if method == "CANCEL" else ASKED).format(name=attendee[0], address=attendee[1])
    return _calendar([f"METHOD:{method}"], [_event(meeting, stamp, whom)])


def feed(name: str, meetings: Iterable["Meeting"]) -> str:
    """Return many meetings as a calendar to subscribe to. The same rows give the same bytes (RFC 5545 3.8.7.2)."""
    head = [
        f"X-WR-CALNAME:{_text(one_line(name))}",
        "X-WR-TIMEZONE:Europe/London",
        f"X-PUBLISHED-TTL:{REFRESH}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
    ]
    return _calendar(head, [_event(meeting, meeting.revised_at, "") for meeting in meetings])


def summary(meeting: "Meeting") -> str:
    """Return what the entry is called: "LeedsCEP: Youth Voice"."""
    return one_line(f"{meeting.partnership}: {meeting.title or meeting.group}")


def where(meeting: "Meeting") -> str:
    """Return the place in words; never a link to join, which only those who come are given."""
    if not meeting.is_in_person:
        return "Online"
    place = one_line(meeting.place) or "Venue to follow"
    return f"{place}, or online" if meeting.is_online else place


def revised(meetings: Iterable["Meeting"]) -> datetime | None:
    """When the newest of these meetings was last changed."""
    return max((meeting.revised_at for meeting in meetings), default=None)


def _page(meeting: "Meeting") -> str:
    """The whole address of its page; the pattern is looked up once, because a feed has hundreds."""
    before, after = _address(settings.SITE_URL)
    return before + meeting.ref + after


@lru_cache(maxsize=4)
def _address(site: str) -> tuple[str, str]:
    before, after = reverse("meetings:meeting", args=["ref"]).split("ref")
    return site + before, after


def _description(meeting: "Meeting", page: str) -> str:
    said = [f"Agenda, papers and your answer: {page}"]
    if meeting.is_cancelled:
        said.insert(0, "Cancelled.")
    if meeting.access:
        said.append(f"Getting in: {one_line(meeting.access)}")
    return "\n".join(said)


def _event(meeting: "Meeting", stamp: datetime, whom: str) -> str:
    assert meeting.starts_at is not None and meeting.ends_at is not None
    organiser = one_line(str(meeting.group or meeting.partnership)).replace('"', "'")
    place, page = where(meeting), _page(meeting)
    starts, ends = meeting.starts_at.astimezone(ZONE), meeting.ends_at.astimezone(ZONE)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/London:{starts:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/London:{ends:%Y%m%dT%H%M%S}",
        f"SEQUENCE:{meeting.sequence}",
        f"SUMMARY:{_text(summary(meeting))}",
        *([f"LOCATION:{_text(place)}"] if place else []),
        f"DESCRIPTION:{_text(_description(meeting, page))}",
        f"URL:{page}",
        f"STATUS:{'CANCELLED' if meeting.is_cancelled else 'CONFIRMED'}",
        f'ORGANIZER;CN="{organiser}":mailto:{meeting.organiser}',
    ]
    return "".join(map(_folded, lines)) + whom + "END:VEVENT\r\n"


def _calendar(head: list[str], events: list[str]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", *head]
    return "".join([*map(_folded, lines), LONDON, *events, "END:VCALENDAR\r\n"])


def _text(value: str) -> str:
    """Escape TEXT (RFC 5545 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> str:
    """Return a content line in pieces of at most 75 octets, never cut inside a character (RFC 5545 3.1)."""
    if len(line) <= OCTETS and line.isascii():
        return line + "\r\n"
    if line.isascii():
        rest = range(OCTETS, len(line), OCTETS - 1)
        return "\r\n ".join([line[:OCTETS], *(line[at : at + OCTETS - 1] for at in rest)]) + "\r\n"
    out, used = [], 0
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if used + size > OCTETS:
            out.append("\r\n ")
            used = 1
        out.append(character)
        used += size
    return "".join(out) + "\r\n"
