"""The subject of each mail about a meeting: the group first, plain, with the date in words."""

from typing import TYPE_CHECKING

from meetings.dates import short

if TYPE_CHECKING:
    from meetings.models import Meeting


def of(what: str, meeting: "Meeting") -> str:
    """Return the subject of an announcement; what is told is said by the words, never by a prefix in capitals."""
    name = str(meeting.group or meeting.title)
    title = meeting.title or "meeting"
    when = short(meeting.starts_at) if meeting.starts_at else ""
    said = {
        "poll": f"{name}: which of these dates suits you?",
        "poll reminder": f"{name}: which of these dates suits you? Two days left",
        "invitation": f"{meeting.group or meeting.partnership}: {title} on {when}",
        "venue": f"{name}: where we meet on {when}",
        "moved": f"{name}: moved to {when}",
        "cancelled": f"{name}: cancelled, {when}" if when else f"{name}: the next meeting is called off",
        "withdrawn": f"{name}: taken out of your calendar, {when}",
        "place": f"{name}: a place is yours, {when}",
        "offer": f"{name}: a place is free, would you like it? {when}",
        "lapsed": f"{name}: your turn is over, {when}",
        "reminder": f"{name}: can you come on {when}?",
        "eve": f"{name}: see you on {when}",
        "outcome": f"{name}: what we agreed on {when}",
    }
    return said[what]
