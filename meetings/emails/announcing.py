"""The whole message of an announcement: its words, its links and its calendar entry."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lcep.letters import plain
from lcep.site import absolute
from mailings.entries import Entry
from mailings.message import Message
from mailings.slots import slot
from meetings import ics, subjects
from meetings.emails.wordings import SAY
from meetings.models.announcements import Announcement, What
from trust.text import one_line

if TYPE_CHECKING:
    from mailings.models import Mailing
    from partnerships.models import Partnership

WITH_ENTRY = {What.INVITATION, What.VENUE, What.MOVED, What.CANCELLED, What.WITHDRAWN}


def message(mailing: "Mailing") -> Message:
    """The whole message of an announcement, of the meeting as it stands now: its mail may have waited."""
    told = mailing.announcement
    said = SAY[told.what](told)
    subject = subjects.of(told.what, told.meeting) if told.meeting else mailing.subject
    told.build()
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
        "subject": subject,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    entries = _entries(told)
    return Message(
        subject,
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
    text = ics.entry(ics.Shown.of(meeting), method=method, stamp=timezone.now(), attendee=whom)
    if told.what == What.WITHDRAWN:
        text = text.replace("STATUS:CONFIRMED", "STATUS:CANCELLED")
    content = text.encode()
    return [
        Entry(content, f"text/calendar; charset=utf-8; method={method}"),
        Entry(content, "application/ics; name=invite.ics", "invite.ics"),
    ]


def _inside(told: Announcement) -> str:
    """The members' page of the group, where one leaves it or chooses less."""
    group = told.group
    return absolute(reverse("pods:inside", args=[group.partnership.slug, group.slug])) if group else ""
