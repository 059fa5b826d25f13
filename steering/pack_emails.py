"""The mails of a pack: the pack itself to everybody round the table; before it, a kind word to those who report;
and a question to a substitute.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lcep.letters import INVITATIONS, Kind, Letter, plain, written
from lcep.site import absolute
from mailings.message import Message
from mailings.slots import slot
from meetings.models import Meeting
from members.models import Member
from pods.models import Group
from steering.pack import Papers
from trust.tokens import REPLY

if TYPE_CHECKING:
    from mailings.models import Mailing

PACK = Kind("pack", "The pack of a Steering meeting", INVITATIONS, late_after=timedelta(days=2))
REPORT_DUE = Kind("report-due", "A report before Steering meets", INVITATIONS, late_after=timedelta(days=3))
SUBSTITUTE = Kind("substitute", "A question to a substitute", INVITATIONS, late_after=timedelta(days=2))


def message(mailing: "Mailing") -> Message:
    """The pack as one mail: the questions in words, the rest behind one link; the answer is each reader's own."""
    meeting = mailing.packs.select_related("meeting__partnership", "meeting__group").get().meeting
    papers = Papers(meeting)
    context = {
        "papers": papers,
        "meeting": meeting,
        "partnership": meeting.partnership,
        "greeting": slot("greeting"),
        "reply": slot("reply_url"),
        "page": absolute(reverse("steering:pack", args=[meeting.ref])),
        "subject": mailing.subject,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    return Message(
        mailing.subject,
        plain("email/pack/body.txt", context).strip() + "\n",
        render_to_string("email/pack/body.html", context),
        partnership=meeting.partnership,
        reply_to=[meeting.partnership.reply_address],
    )


def report_due(meeting: Meeting, group: Group, leader: Member, draft: str, when: str) -> Letter:
    """To one who leads a pod: Steering meets, the draft is there, "nothing to report" is an answer. Once for `when`."""
    context = {
        "member": leader,
        "group": group,
        "partnership": meeting.partnership,
        "on": _day(meeting),
        "draft": draft,
        "again": when == "again",
        "page": absolute(reverse("meetings:report", args=[group.ref])),
    }
    key = f"report due {meeting.pk} {group.pk} {when} {leader.pk}"
    return _letter(REPORT_DUE, "report_due", context, leader, meeting, key)


def stand_in(meeting: Meeting, member: Member, substitute: Member) -> Letter:
    """To a substitute, because somebody cannot come. Once for each meeting, person and substitute."""
    context = {
        "member": substitute,
        "for_whom": member,
        "meeting": meeting,
        "partnership": meeting.partnership,
        "page": absolute(reverse("meetings:reply", args=[REPLY.sign(meeting.pk, substitute.pk)])),
    }
    return _letter(
        SUBSTITUTE, "stand_in", context, substitute, meeting, f"stand in {meeting.pk} {member.pk} {substitute.pk}"
    )


def _letter(kind: Kind, name: str, context: dict[str, Any], to: Member, meeting: Meeting, key: str) -> Letter:
    subject, text, html = written(name, context)
    partnership = meeting.partnership
    return Letter(
        kind, to.mail_to, subject, text, html,
        member=to, partnership=partnership, key=key, reply_to=[partnership.reply_address],
    )  # fmt: skip


def _day(meeting: Meeting) -> str:
    assert meeting.starts_at is not None
    return f"{timezone.localtime(meeting.starts_at):%A %-d %B}"
