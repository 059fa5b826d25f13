"""The entries of one meeting's life, byte for byte: what calendars were told once, they are told tomorrow.

Each file in `golden/` was read by eye against RFC 5545 and 5546 when it was written.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from meetings import ics
from meetings.models import Meeting
from partnerships.models import Partnership
from pods.models import Group
from tests.meetings.calendar_lines import read

pytestmark = pytest.mark.once

GOLDEN = Path(__file__).parent / "golden"
LONDON = ZoneInfo("Europe/London")
STAMP = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
BETH = "Beth Łąka-Ångström"
LIFE = {
    "invited": ("REQUEST", {}),
    "moved": ("REQUEST", {"sequence": 1, "starts_at": datetime(2027, 3, 28, 12, 0, tzinfo=LONDON)}),
    "called-off": ("CANCEL", {"sequence": 2, "status": "cancelled"}),
    "withdrawn": ("CANCEL", {"sequence": 3}),
    "plain": ("PUBLISH", {}),
    "venue-follows": ("REQUEST", {"place": "", "mode": "hybrid"}),
    "clocks-go-back": ("REQUEST", {"starts_at": datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)}),
}


def entry(method: str, changes: dict) -> bytes:
    partnership = Partnership(name="LeedsCEP", slug="leedscep")
    starts = changes.pop("starts_at", datetime(2026, 10, 14, 16, 0, tzinfo=LONDON))
    meeting = Meeting(
        partnership=partnership,
        group=Group(name="Youth Voice", partnership=partnership),
        ref="kf7w2m9c",
        uid="meeting-7c9e6679-7425-40de-944b-e07fc1f90ae7@lcep.example.org",
        organiser="leedscep@lcep.example.org",
        starts_at=starts,
        ends_at=starts.replace(hour=starts.hour + 2),
        **{"status": "scheduled", "place": "The Old Button Factory; Room 2, up the stairs"} | changes,
    )
    return ics.entry(
        ics.Shown.of(meeting), method=method, stamp=STAMP, attendee=(BETH, "beth@school.example.org")
    ).encode()


@pytest.mark.parametrize("name", LIFE)
def test_it_is_as_it_was(name):
    method, changes = LIFE[name]
    made = entry(method, dict(changes))
    assert made == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", LIFE)
def test_what_stands_in_the_file_obeys_the_standard(name):
    """RFC 5546 3.2: what REQUEST, CANCEL and PUBLISH of an event must and must not hold."""
    method, changes = LIFE[name]
    calendar = read((GOLDEN / f"{name}.ics").read_bytes())
    event = calendar.only("VEVENT")
    assert calendar.one("METHOD").value == method and calendar.one("VERSION").value == "2.0"
    for must in ("UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY"):
        event.one(must)
    assert len(event.all("ATTENDEE")) == (method != "PUBLISH")
    assert event.one("DTSTART").parameters == event.one("DTEND").parameters == {"TZID": "Europe/London"}
    assert int(event.one("SEQUENCE").value) == changes.get("sequence", 0)
    if method == "REQUEST":
        assert event.one("ATTENDEE").parameters["PARTSTAT"] == "NEEDS-ACTION"


@pytest.mark.parametrize("name", LIFE)
def test_another_implementation_reads_the_same(name):
    """`icalendar` writes nothing here: it reads what we wrote, time zone and all."""
    (event,) = Calendar.from_ical((GOLDEN / f"{name}.ics").read_bytes()).walk("VEVENT")
    starts = LIFE[name][1].get("starts_at", datetime(2026, 10, 14, 16, 0, tzinfo=LONDON))
    assert event["DTSTART"].dt == starts and event["DTSTART"].dt.utcoffset() == starts.utcoffset()
    assert event["SUMMARY"] == "LeedsCEP: Youth Voice"
    assert str(event["UID"]).startswith("meeting-7c9e6679")


def test_a_feed_of_five_hundred_meetings_takes_milliseconds():
    """The figure is a ratio to what this machine can do: 500 entries against 500 plain format calls of their size."""
    partnership = Partnership(name="LeedsCEP", slug="leedscep")
    group = Group(name="Youth Voice", partnership=partnership)
    starts = datetime(2026, 10, 14, 16, 0, tzinfo=LONDON)
    rows = [
        ics.Shown.of(Meeting(partnership=partnership, group=group, uid=f"m{n}", organiser="a@b.org", status="scheduled",
                             starts_at=starts, ends_at=starts.replace(hour=17), place="Hall"))
        for n in range(500)
    ]  # fmt: skip
    best = min(_seconds(lambda: ics.feed("x", rows)) for _ in range(5))
    plain = min(_seconds(lambda: [f"{starts:%Y%m%dT%H%M%S}" * 3 for _ in rows for _ in range(10)]) for _ in range(5))
    assert best < 12 * plain


def _seconds(act) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun
