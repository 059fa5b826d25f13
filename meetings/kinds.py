"""What meetings write: service mail to a group one sits on, and invitations to everyone who chose them."""

from datetime import timedelta

from lcep.letters import INVITATIONS, Kind

# A changed date is of use until the meeting; whoever prepares the mail looks whether it is still ahead.
GROUP = Kind("meeting", "About a meeting of a group", INVITATIONS, late_after=timedelta(days=2))
WORD = Kind("group-message", "A message to a group", INVITATIONS, late_after=timedelta(days=2))
LEADERS = Kind("for-leaders", "A word to those who lead a group", INVITATIONS, late_after=timedelta(days=2))
NUDGES = Kind("nudge", "A nudge to those who lead a group", INVITATIONS, late_after=timedelta(days=2))
EVENT = Kind(
    "event",
    "An invitation to an event",
    INVITATIONS,
    late_after=timedelta(days=1),
    purpose="events",
    when_late="ask",
    in_doubt="ask",
)
