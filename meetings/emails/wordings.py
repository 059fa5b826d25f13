"""The words of each announcement."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from lcep.site import absolute
from mailings.slots import slot
from meetings import dates, ics
from meetings.emails.said import Said
from meetings.models.announcements import Announcement, What
from meetings.models.papers import Paper

if TYPE_CHECKING:
    from meetings.models import Meeting

LONG = 1500  # letters of minutes that a mail holds
VENUE_ASKED = "The venue follows. Could you host? Then please answer this mail."


def _poll(told: Announcement) -> Said:
    meeting = told.meeting
    asked = [dates.in_words(option.starts_at) for option in meeting.poll.options.all()]
    return Said(
        "Which of these dates suits you?",
        [f"{meeting.group} plans its next meeting. These dates are possible:"],
        agenda=asked,
        button="Say which suit me",
        href=slot("poll_url"),
        after=[f"Until {meeting.poll.closes_on:%A %-d %B}. Then the date is fixed and you are told."],
    )


def _poll_reminder(told: Announcement) -> Said:
    said = _poll(told)
    said.first = [f"Two days are left to say which dates suit you for the next meeting of {told.meeting.group}."]
    return said


def _invitation(told: Announcement) -> Said:
    meeting = told.meeting
    assert meeting is not None
    asks = [VENUE_ASKED] if meeting.group and meeting.is_in_person and not meeting.place else []
    return Said(
        meeting.title or f"{meeting.group} meets",
        [meeting.words or f"You are in {meeting.group}, so this is your invitation."],
        meeting,
        button="Say whether you come",
        href=slot("reply_url"),
        after=[*asks, *_limits(meeting)],
        points="On the agenda",
        agenda=[item.title for item in meeting.agenda.all()],
        papers=_papers(meeting),
    )


def _venue(told: Announcement) -> Said:
    assert told.meeting is not None
    change = told.meeting.changes.order_by("-sequence").first()
    was = change.place if change and change.sequence + 1 == told.sequence and change.place else ""
    return Said(
        "Where we meet", [f"The time stays. It is now: {ics.where(told.meeting)}."], told.meeting, was=was,
        button="See your answer", href=slot("reply_url"), after=[told.meeting.access] if told.meeting.access else [],
    )  # fmt: skip


def _moved(told: Announcement) -> Said:
    change = told.meeting.changes.filter(sequence__lt=told.sequence).order_by("-sequence").first()
    return Said(
        "A new date",
        [f"{f'The meeting of {told.group}' if told.group else told.meeting} has moved. Does the new time suit you?"],
        told.meeting,
        was=dates.span(change.starts_at, change.ends_at) if change else "",
        button="Say whether you still come",
        href=slot("reply_url"),
        after=["The entry in your calendar moves along if you accepted it there."] if settings.INBOX_URL else [],
    )


def _cancelled(told: Announcement) -> Said:
    meeting = told.meeting
    first = [f"{meeting} is called off: {meeting.cancel_reason}", "You need do nothing."]
    return Said("Called off", first, meeting, struck=True)


def _withdrawn(told: Announcement) -> Said:
    return Said(
        "Taken out of your calendar",
        [f"You are no longer on the list for {f'this meeting of {told.group}' if told.group else told.meeting}."],
        told.meeting,
        struck=True,
    )


def _place(told: Announcement) -> Said:
    return Said(
        "A place is yours",
        [f"Somebody gave a place at {told.meeting} back, and you had waited longest."],
        told.meeting,
        button="Open it, or give the place on",
        href=slot("reply_url"),
    )


def _offer(told: Announcement) -> Said:
    """A place is held for somebody, and until when: read when the mail is made, because it may be over by then."""
    meeting = told.meeting
    assert meeting is not None
    row = meeting.invitations.filter(member=told.only_id).first()
    until = f" It is held for you until {dates.in_words(row.offered_until)}." if row and row.offered_until else ""
    return Said(
        "A place is free",
        [f"Somebody gave a place at {meeting} back, and you have waited longest.{until}"],
        meeting,
        button="Take it, or let it go",
        href=slot("reply_url"),
        after=["If we hear nothing by then, it goes to the next on the list."],
    )


def _lapsed(told: Announcement) -> Said:
    return Said(
        "The place has gone on",
        [f"We kept a place at {told.meeting} for you and heard nothing, so it went to the next on the list."],
        told.meeting,
        button="Wait for another one",
        href=slot("reply_url"),
        after=["One press there puts you on the list again. Otherwise you need do nothing."],
    )


def _reminder(told: Announcement) -> Said:
    said = _invitation(told)
    said.heading, said.first = "Can you come?", ["In a week we meet, and your answer would help to plan it."]
    return said


def _eve(told: Announcement) -> Said:
    meeting = told.meeting
    assert meeting is not None
    links = [("Join online", meeting.join_url)] if meeting.is_online and meeting.join_url else []
    return Said(
        "See you soon",
        ["You said that you come. Here is what you need."],
        meeting,
        button="Agenda, papers, or a change of mind",
        href=slot("reply_url"),
        after=[meeting.access] if meeting.access else [],
        points="On the agenda",
        agenda=[item.title for item in meeting.agenda.all()],
        papers=_papers(meeting),
        links=links,
    )


def _outcome(told: Announcement) -> Said:
    """The agreed words themselves, but for an Executive: those are read signed in."""
    meeting = told.meeting
    is_board = meeting.group is not None and meeting.group.kind == "executive"
    minutes = meeting.minutes_revisions.filter(number=meeting.minutes_agreed).first()
    text = "" if is_board or minutes is None else minutes.text
    return Said(
        "What we agreed",
        [f"When we met on {timezone.localtime(meeting.starts_at):%A %-d %B}:" if text else "The minutes are agreed."],
        words=text if len(text) <= LONG else f"{text[:LONG].rpartition(' ')[0]} …",
        button="Open the meeting",
        href=absolute(meeting.get_absolute_url()) if is_board else slot("reply_url"),
        follow_ups=[] if is_board else list(meeting.follow_ups.open().select_related("owner")),
    )


def _word(told: Announcement) -> Said:
    by = told.by.name if told.by and told.by.name else "Whoever leads it"
    return Said(
        f"To everybody in {told.group}",
        [],
        words=told.words,
        after=[f"{by} wrote this. An answer to this mail goes to them alone."],
    )


SAY: dict[str, Callable[[Announcement], Said]] = {
    What.POLL: _poll,
    What.POLL_REMINDER: _poll_reminder,
    What.INVITATION: _invitation,
    What.VENUE: _venue,
    What.MOVED: _moved,
    What.CANCELLED: _cancelled,
    What.WITHDRAWN: _withdrawn,
    What.PLACE: _place,
    What.OFFER: _offer,
    What.LAPSED: _lapsed,
    What.REMINDER: _reminder,
    What.EVE: _eve,
    What.OUTCOME: _outcome,
    What.WORD: _word,
}


def _limits(meeting: "Meeting") -> list[str]:
    return [f"There are {meeting.capacity} places; after that a waiting list."] if meeting.capacity else []


def _papers(meeting: "Meeting") -> list[dict[str, str]]:
    """The papers of a meeting: links lead to where they are, files to the reader's own page.

    Papers of an Executive are read on its own page, signed in, and by nobody who was sent a link.
    """
    papers = Paper.objects.for_link(meeting)
    return [{"title": paper.title, "url": paper.url or slot("reply_url")} for paper in papers]
