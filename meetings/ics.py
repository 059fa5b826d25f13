"""Meetings as iCalendar objects (RFC 5545, 5546): for mails, for one entry to keep, and for feeds.

An entry says nothing of other people, and no link in it acts for anybody: calendars are shared with whole
teams. The address of the meeting's page stands where a link to join would.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self
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
MADE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()  # how entries are made: a new release may say more


class Shown(NamedTuple):
    """All that an entry says of a meeting: its bytes are made of these values and of nothing else.

    A `place` of None is not told; a blank one follows.
    """

    ref: str
    uid: str
    organiser: str
    title: str
    starts_at: datetime
    ends_at: datetime
    mode: str
    place: str | None
    access: str
    sequence: int
    status: str
    revised_at: datetime
    group: str | None
    partnership: str

    @classmethod
    def of(cls, meeting: "Meeting") -> Self:
        said = {name: getattr(meeting, name) for name in cls._fields[:-2]}
        return cls(**said, group=str(meeting.group) if meeting.group else None, partnership=str(meeting.partnership))

    def outside(self) -> Self:
        """As people outside the group may know it: that it meets, and when, not where."""
        return self._replace(place=None, access="") if self.group else self


def entry(shown: Shown, *, method: str, stamp: datetime, attendee: tuple[str, str] | None = None) -> str:
    """Return one meeting as a whole iCalendar object with METHOD REQUEST, CANCEL or PUBLISH (RFC 5546 3.2).

    `attendee` is the slots for a name and an address, each folded when it is filled; PUBLISH has none.
    """
    whom = ""
    if attendee and method != "PUBLISH":
        whom = (TOLD if method == "CANCEL" else ASKED).format(name=attendee[0], address=attendee[1])
    return _calendar([f"METHOD:{method}"], [_event(shown, stamp, whom)])


def feed(name: str, rows: Iterable[Shown]) -> str:
    """Return many meetings as a calendar to subscribe to. The same rows give the same bytes (RFC 5545 3.8.7.2)."""
    head = [
        f"X-WR-CALNAME:{_text(one_line(name))}",
        "X-WR-TIMEZONE:Europe/London",
        f"X-PUBLISHED-TTL:{REFRESH}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
    ]
    return _calendar(head, [_event(shown, shown.revised_at, "") for shown in rows])


def where(meeting: "Meeting | Shown") -> str:
    """Return the place in words; never a link to join, which only those who come are given."""
    if meeting.mode == "online":
        return "Online"
    place = one_line(meeting.place or "") or "Venue to follow"
    return f"{place}, or online" if meeting.mode == "hybrid" else place


@lru_cache(maxsize=4)
def _page(site: str) -> tuple[str, str]:
    """What stands before and after its reference in the address of a meeting's page."""
    before, after = reverse("meetings:meeting", args=["ref"]).split("ref")
    return site + before, after


def _description(shown: Shown, page: str) -> str:
    said = f"Agenda, papers and your answer: {page}"
    if shown.status == "cancelled":
        said = f"Cancelled.\n{said}"
    return f"{said}\nGetting in: {one_line(shown.access)}" if shown.access else said


def _event(shown: Shown, stamp: datetime, whom: str) -> str:
    organiser = one_line(shown.group or shown.partnership).replace('"', "'")
    before, after = _page(settings.SITE_URL)
    page = before + shown.ref + after
    lines = [
        "BEGIN:VEVENT",
        f"UID:{shown.uid}",
        f"DTSTAMP:{_digits(stamp.astimezone(UTC))}Z",
        f"DTSTART;TZID=Europe/London:{_digits(shown.starts_at.astimezone(ZONE))}",
        f"DTEND;TZID=Europe/London:{_digits(shown.ends_at.astimezone(ZONE))}",
        f"SEQUENCE:{shown.sequence}",
        f"SUMMARY:{_text(one_line(f'{shown.partnership}: {shown.title or shown.group}'))}",
        *([] if shown.place is None else [f"LOCATION:{_text(where(shown))}"]),
        f"DESCRIPTION:{_text(_description(shown, page))}",
        f"URL:{page}",
        f"STATUS:{'CANCELLED' if shown.status == 'cancelled' else 'CONFIRMED'}",
        f'ORGANIZER;CN="{organiser}":mailto:{shown.organiser}',
    ]
    return "".join(map(_folded, lines)) + whom + "END:VEVENT\r\n"


def _digits(at: datetime) -> str:
    """A moment as DATE-TIME (RFC 5545 3.3.5)."""
    return at.isoformat()[:19].replace("-", "").replace(":", "")


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
