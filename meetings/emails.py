"""Mails about meetings: one text for many people, the links and the calendar entry each their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lcep.letters import Letter, inlined, plain
from lcep.site import absolute
from mailings.entries import Entry
from mailings.message import Message
from mailings.slots import Values, linked, slot
from meetings import dates, ics, kinds
from meetings.models.announcements import Announcement, What
from meetings.steps import Choice
from trust.text import one_line
from trust.tokens import POLL, REPLY

if TYPE_CHECKING:
    from mailings.models import Mailing
    from meetings.models import Meeting
    from partnerships.models import Partnership
    from pods.models import Group

LONG = 1500  # letters of minutes that a mail holds
WITH_ENTRY = {What.INVITATION, What.VENUE, What.MOVED, What.CANCELLED, What.WITHDRAWN}


@dataclass
class Said:
    """What a mail about a meeting says, for its text and its HTML alike."""

    heading: str
    first: list[str]
    meeting: "Meeting | None" = None
    was: str = ""
    struck: bool = False
    button: str = ""
    href: str = ""
    after: list[str] = field(default_factory=list)
    agenda: list[str] = field(default_factory=list)
    papers: list[Any] = field(default_factory=list)
    follow_ups: list[Any] = field(default_factory=list)
    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def when(self) -> str:
        return self.meeting.when if self.meeting and self.meeting.starts_at else ""

    @property
    def where(self) -> str:
        return ics.where(self.meeting) if self.when and self.meeting else ""


def reply_url(values: Values) -> str:
    """The reply page of this meeting for the person a delivery is for."""
    return _link(REPLY, values, "meeting")


def poll_url(values: Values) -> str:
    return _link(POLL, values, "poll")


def register() -> None:
    """Let mails hold the links that are signed for each reader."""
    linked("reply_url", reply_url)
    linked("poll_url", poll_url)


def message(mailing: "Mailing") -> Message:
    """The whole message of an announcement."""
    told = mailing.announcement
    said = _SAY[told.what](told)
    partnership = told.meeting.partnership if told.meeting else told.group.partnership
    name = one_line(str(told.group or partnership))
    context = {
        "said": said,
        "told": told,
        "name": name,
        "partnership": partnership,
        "greeting": slot("greeting"),
        "inside": _inside(told),
        "choices": slot("choices_url") if mailing.marketing else "",
        "subject": mailing.subject,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    entries = _entries(told)
    return Message(
        mailing.subject,
        plain("email/meeting/body.txt", context).strip() + "\n",
        render_to_string("email/meeting/body.html", context),
        partnership=mailing.partnership,
        marketing=mailing.marketing,
        purpose=mailing.purpose,
        sender=f'"{name.replace(chr(34), "")}" <{told.meeting.organiser}>' if told.meeting else "",
        reply_to=_answers_to(told, partnership),
        alternatives=entries[:1],
        attachments=entries[1:],
    )


def who_came(meeting: "Meeting", leader: Any) -> Letter:
    """To one who leads the group: two minutes, once, from the second day after."""
    assert meeting.group is not None
    link = absolute(reverse("meetings:record", args=[meeting.ref]))
    said = Said(
        "Who came?",
        ["Two minutes, while it is fresh. Those who said yes are ticked already; your report drafts itself."],
        meeting,
        button="Write it down",
        href=link,
    )
    return _to_a_leader(said, meeting.group, leader, f"{meeting.group}: who came?", key=f"who came {meeting.pk}")


def time_for_a_date(group: "Group", leader: Any, answer: Any, last: Any) -> Letter:
    """To one who leads the group: three good dates, each with its best reason. Once for each meeting they had."""
    offered = Choice.all(answer.suggestions[:3])
    weeks = (timezone.localdate() - last.date()).days // 7
    plan = absolute(reverse("meetings:plan", args=[group.ref]))
    said = Said(
        "Time for the next date",
        [f"It has been {weeks} weeks since {group} met. {'Good dates' if len(offered) > 1 else 'A good date'}:"],
        agenda=[f"{each.when}{': ' + each.reasons[0] if each.reasons else ''}" for each in offered],
        button="Choose one",
        href=plan,
        after=["One press there, and everybody in the group is told."],
    )
    return _to_a_leader(
        said, group, leader, f"{group}: good dates to meet", key=f"time for a date {group.pk} {last:%Y-%m-%d}"
    )


def stranger(meeting: "Meeting", leader: Any, address: str, answer: str, digest: str) -> Letter:
    """To one who leads the group: somebody answered who is not on the list. Nothing was done about it."""
    assert meeting.group is not None
    said = Said(
        "Somebody else answered",
        [
            f"{address or 'Somebody'} answered “{answer}” from a calendar, and is not on the list for this meeting.",
            "Perhaps the invitation was forwarded, or it is somebody's second address. Nothing was done.",
        ],
        meeting,
        button="Open the meeting",
        href=absolute(meeting.get_absolute_url()),
    )
    return _to_a_leader(
        said, meeting.group, leader, f"{meeting.group}: an answer from somebody else", key=f"stranger {digest}"
    )


def asks_to_join(wish: Any, leader: Any) -> Letter:
    said = Said(
        f"{wish.member} would like to join",
        [f"{wish.member} ({wish.member.organisation or 'no organisation given'}) asks to be in {wish.group}."],
        words=wish.words,
        button="Answer",
        href=absolute(reverse("meetings:wishes", args=[wish.group.ref])),
    )
    return _to_a_leader(said, wish.group, leader, f"{wish.group}: somebody would like to join", key=f"wish {wish.pk}")


def proposes(proposal: Any, leader: Any) -> Letter:
    said = Said(
        "A task & finish group is proposed",
        [f"{proposal.made_by} proposes “{proposal.name}”, done by {proposal.finish_by:%-d %B %Y}."],
        words=proposal.purpose,
        after=[f"At the end there will be: {proposal.output}"],
        button="Answer",
        href=absolute(reverse("meetings:wishes", args=[proposal.parent.ref])),
    )
    subject = f"{proposal.parent}: a proposal from {proposal.made_by}"
    return _to_a_leader(said, proposal.parent, leader, subject, key=f"proposal {proposal.pk}")


def wish_answered(wish: Any) -> Letter:
    if wish.granted_on:
        heading, first = "You are in", f"You are in {wish.group} now. Others there see your name and organisation."
    else:
        heading, first = "Not this time", f"{wish.group} cannot take you in at the moment. You can ask again later."
    return _to_a_leader(
        Said(heading, [first]),
        wish.group,
        wish.member,
        f"{wish.group}: {heading.lower()}",
        key=f"wish answered {wish.pk}",
    )


def proposal_answered(proposal: Any) -> Letter:
    group = proposal.group
    if group:
        said = Said(
            "It begins",
            [f"“{proposal.name}” begins today, and you lead it. Any member can join; the page to send them is below."],
            button="Plan its first meeting",
            href=absolute(reverse("meetings:plan", args=[group.ref])),
            links=[("Its page", absolute(group.get_absolute_url()))],
        )
    else:
        said = Said("Not now", [f"“{proposal.name}” is not taken up for now. Thank you for proposing it."])
    subject = f"{proposal.parent}: {proposal.name}"
    return _to_a_leader(said, proposal.parent, proposal.made_by, subject, key=f"proposal answered {proposal.pk}")


def nearly_done(group: "Group", leader: Any) -> Letter:
    """To one who leads a task & finish group: two weeks before its day. Finish, longer, or stop?"""
    said = Said(
        "Two weeks to go",
        [f"{group} means to be done by {group.finish_by:%-d %B}. Will it be? It can finish, or be given longer."],
        button="Finish it, or give it longer",
        href=absolute(reverse("meetings:ending", args=[group.ref])),
    )
    key = f"nearly done {group.pk} {group.finish_by}"
    return _to_a_leader(said, group, leader, f"{group}: two weeks to go", key=key)


def _to_a_leader(said: Said, group: "Group", leader: Any, subject: str, *, key: str) -> Letter:
    """One mail to one of those who lead a group. Their co-leads get the same, and whoever is first does it."""
    context = {
        "said": said,
        "name": str(group),
        "partnership": group.partnership,
        "greeting": f"Dear {leader.name}," if leader.name else "Hello,",
        "inside": absolute(reverse("pods:inside", args=[group.partnership.slug, group.slug])),
        "leads": group.is_run_by(leader),
        "subject": subject,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    text = plain("email/meeting/body.txt", context).strip() + "\n"
    html = inlined(render_to_string("email/meeting/body.html", context))
    return Letter(
        kinds.LEADERS, leader.mail_to, subject, text, html,
        member=leader, partnership=group.audited_for, key=f"{key} {leader.pk}",
    )  # fmt: skip


def _answers_to(told: Announcement, partnership: "Partnership") -> list[str]:
    """Whoever wrote, to their own words and to an Executive's mails; else the partnership's mailbox."""
    is_board = told.group is not None and told.group.kind == "executive"
    if is_board or told.what == What.WORD:
        return [told.by.mail_to] if told.by else []
    return [partnership.reply_address]


def _entries(told: Announcement) -> list[Entry]:
    """The calendar entry as the third alternative, and the same once more for programs that read attachments only.

    Where nobody reads the mailbox no REQUEST is sent, so that no "Accept" is lost: a plain entry and the page.
    An event's entry comes after a yes, from its page.
    """
    meeting = told.meeting
    if told.what not in WITH_ENTRY or meeting is None or meeting.starts_at is None:
        return []
    if meeting.group_id is None and told.what == What.INVITATION:
        return []
    if told.what in {What.CANCELLED, What.WITHDRAWN}:
        method = "CANCEL"
    else:
        method = "REQUEST" if settings.INBOX_URL else "PUBLISH"
    whom = (slot("name"), slot("address"))
    text = ics.entry(meeting, method=method, stamp=timezone.now(), attendee=whom)
    if told.what == What.WITHDRAWN:
        text = text.replace("STATUS:CONFIRMED", "STATUS:CANCELLED")
    content = text.encode()
    return [
        Entry(content, f"text/calendar; charset=utf-8; method={method}"),
        Entry(content, "application/ics; name=invite.ics", "invite.ics"),
    ]


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
    asks = [] if meeting.place or not meeting.is_in_person else [VENUE_ASKED]
    return Said(
        meeting.title or f"{meeting.group} meets",
        [meeting.words or f"You are in {meeting.group}, so this is your invitation."],
        meeting,
        button="Say whether you come",
        href=slot("reply_url"),
        after=[*asks, *_limits(meeting)],
        agenda=[item.title for item in meeting.agenda.all()],
        papers=_papers(meeting),
    )


VENUE_ASKED = "The venue follows. Could you host? Then please answer this mail."


def _venue(told: Announcement) -> Said:
    assert told.meeting is not None
    change = told.meeting.changes.order_by("-sequence").first()
    was = change.place if change and change.sequence + 1 == told.sequence and change.place else ""
    return Said(
        "Where we meet", [f"The time stays. It is now: {ics.where(told.meeting)}."], told.meeting, was=was,
        button="See your answer", href=slot("reply_url"), after=[told.meeting.access] if told.meeting.access else [],
    )  # fmt: skip


def _moved(told: Announcement) -> Said:
    change = told.meeting.changes.order_by("-sequence").first()
    return Said(
        "A new date",
        [f"The meeting of {told.meeting.group or told.meeting.partnership} has moved. Does the new time suit you?"],
        told.meeting,
        was=dates.span(change.starts_at, change.ends_at) if change else "",
        button="Say whether you still come",
        href=slot("reply_url"),
        after=["The entry in your calendar moves along if you accepted it there."],
    )


def _cancelled(told: Announcement) -> Said:
    meeting = told.meeting
    first = [f"{meeting} is called off: {meeting.cancel_reason}", "You need do nothing."]
    return Said("Called off", first, meeting, struck=True)


def _withdrawn(told: Announcement) -> Said:
    return Said(
        "Taken out of your calendar",
        [f"You are no longer on the list for this meeting of {told.meeting.group or told.meeting.partnership}."],
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
        f"To everybody in {told.group}", [], words=told.words, after=[f"{by} wrote this. An answer goes to them alone."]
    )


_SAY: dict[str, Callable[[Announcement], Said]] = {
    What.POLL: _poll,
    What.POLL_REMINDER: _poll_reminder,
    What.INVITATION: _invitation,
    What.VENUE: _venue,
    What.MOVED: _moved,
    What.CANCELLED: _cancelled,
    What.WITHDRAWN: _withdrawn,
    What.PLACE: _place,
    What.REMINDER: _reminder,
    What.EVE: _eve,
    What.OUTCOME: _outcome,
    What.WORD: _word,
}


def _limits(meeting: "Meeting") -> list[str]:
    return [f"There are {meeting.capacity} places; after that a waiting list."] if meeting.capacity else []


def _papers(meeting: "Meeting") -> list[Any]:
    """Papers of an Executive are read on its own page, signed in, and by nobody who was sent a link."""
    return [] if meeting.group and meeting.group.kind == "executive" else list(meeting.papers.all())


def _inside(told: Announcement) -> str:
    """The members' page of the group, where one leaves it or chooses less."""
    group = told.group
    return absolute(reverse("pods:inside", args=[group.partnership.slug, group.slug])) if group else ""


def _link(token: Any, values: Values, what: str) -> str:
    member, number = values.delivery.member_id, values.delivery.slots.get(what)
    if member is None or not number:
        return settings.SITE_URL + "/"
    before, after = token.path.split("<token>")
    return settings.SITE_URL + before + token.sign(int(number), member) + after
