"""Meetings as iCalendar objects (RFC 5545, 5546): for mails, for one entry to keep, and for feeds.

An entry says nothing of other people, and no link in it acts for anybody: calendars are shared with whole
teams. The address of the meeting's page stands where a link to join would.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from lcep.site import absolute
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


def entry(meeting: "Meeting", *, method: str, stamp: datetime, attendee: tuple[str, str] | None = None) -> str:
    """Return one meeting as a whole iCalendar object with METHOD REQUEST, CANCEL or PUBLISH (RFC 5546 3.2).

    `attendee` is (name, address), or the slots for them; PUBLISH has none.
    """
    calendar = _calendar()
    calendar.add("METHOD", method)
    calendar.add_component(event(meeting, stamp=stamp))
    text = _with_time_zone(calendar)
    if attendee and method != "PUBLISH":
        line = TOLD if method == "CANCEL" else ASKED
        text = text.replace("END:VEVENT\r\n", line.format(name=attendee[0], address=attendee[1]) + "END:VEVENT\r\n")
    return text


def feed(name: str, meetings: Iterable["Meeting"]) -> str:
    """Return many meetings as a calendar to subscribe to. The same rows give the same bytes (RFC 5545 3.8.7.2)."""
    calendar = _calendar()
    calendar.add("X-WR-CALNAME", vText(one_line(name)))
    calendar.add("X-WR-TIMEZONE", "Europe/London")
    calendar.add("X-PUBLISHED-TTL", REFRESH)
    calendar.add("REFRESH-INTERVAL;VALUE=DURATION", REFRESH)
    for meeting in meetings:
        calendar.add_component(event(meeting, stamp=meeting.revised_at))
    return _with_time_zone(calendar)


def event(meeting: "Meeting", *, stamp: datetime) -> Event:
    made = Event()
    made.add("UID", meeting.uid)
    made.add("DTSTAMP", stamp.astimezone(UTC).replace(microsecond=0))
    made.add("DTSTART", timezone.localtime(meeting.starts_at))
    made.add("DTEND", timezone.localtime(meeting.ends_at))
    made.add("SEQUENCE", meeting.sequence)
    made.add("SUMMARY", summary(meeting))
    if place := where(meeting):
        made.add("LOCATION", place)
    made.add("DESCRIPTION", _description(meeting))
    made.add("URL", absolute(meeting.get_absolute_url()))
    made.add("STATUS", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    organiser = vCalAddress(f"mailto:{meeting.organiser}")
    organiser.params["CN"] = one_line(str(meeting.group or meeting.partnership)).replace('"', "'")
    made.add("ORGANIZER", organiser)
    return made


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


def _description(meeting: "Meeting") -> str:
    page = absolute(meeting.get_absolute_url())
    said = [f"Agenda, papers and your answer: {page}"]
    if meeting.is_cancelled:
        said.insert(0, "Cancelled.")
    if meeting.access:
        said.append(f"Getting in: {one_line(meeting.access)}")
    return "\n".join(said)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    return calendar


def _with_time_zone(calendar: Calendar) -> str:
    """Put the time zone before the first entry: one that is added as an object would be written anew."""
    text = calendar.to_ical().decode()
    at = text.find("BEGIN:VEVENT")
    at = at if at >= 0 else text.index("END:VCALENDAR")
    return text[:at] + LONDON + text[at:]
