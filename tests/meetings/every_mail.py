"""One of every mail that meetings write, made true: to read them all, and to let a scanner open them all."""

from collections.abc import Callable
from typing import Any

from lcep.letters import Letter
from meetings import emails, words
from meetings.cadence import Suggestion
from meetings.models import AgendaItem, Announcement, Invitation, MinutesRevision, What
from tests.meetings.conftest import at

YES = {"reply": "yes", "source": "page", "replied_at": at(0)}


def announce(of: dict[str, Any], ada, ben, dee, send: Callable[[], Any]) -> None:
    """One of each kind of announcement, to the pod Ben and Ada are in, to a poll, and to who comes to an event.

    `send` lets what is due go: a move is told to those who know of the meeting.
    """
    meeting, event = of["meeting"], of["event"]
    meeting.invitations.get(member=ben).answer("yes", source="page")
    AgendaItem.objects.create(meeting=meeting, position=0, title="Who hosts next")
    send()
    meeting.move(starts_at=at(35), by=ada, sequence=0)
    for what in (What.VENUE, What.REMINDER, What.EVE, What.CANCELLED):
        Announcement.make(what, meeting=meeting, by=ada, again="one of each")
    Invitation.objects.create(meeting=event, member=ben, waiting_since=at(0), offered_until=at(2), **YES)
    for what in (What.PLACE, What.OFFER, What.LAPSED, What.WITHDRAWN):
        Announcement.make(what, meeting=event, by=dee, only=ben, again="one of each")
    Announcement.make(What.INVITATION, meeting=event, by=dee)
    Announcement.make(What.POLL_REMINDER, meeting=of["poll"].meeting, by=ada)
    MinutesRevision.objects.create(meeting=meeting, number=1, text="We meet in the hall.", by=ada)
    Announcement.make(What.OUTCOME, meeting=meeting, by=ada)
    words.write(meeting.group, "Who has a projector?", by=ada)


def letters(of: dict[str, Any], ada) -> dict[str, Callable[[], Letter]]:
    """Each letter to one person, under the name of the function that writes it."""
    meeting, group = of["meeting"], of["meeting"].group
    good = type("Answer", (), {"suggestions": [Suggestion(at(40), 110.0, 10.0, ("10 weeks after the last",), ())]})
    return {
        "who_came": lambda: emails.who_came(meeting, ada),
        "time_for_a_date": lambda: emails.time_for_a_date(group, ada, good, at(-40)),
        "stranger": lambda: emails.stranger(meeting, ada, "x@example.org", "yes", "d"),
        "nearly_done": lambda: emails.nearly_done(of["task"], ada),
        "asks_to_join": lambda: emails.asks_to_join(of["wish"], ada),
        "wish_answered": lambda: emails.wish_answered(of["wish"]),
        "proposes": lambda: emails.proposes(of["proposal"], ada),
        "proposal_answered": lambda: emails.proposal_answered(of["proposal"]),
    }
