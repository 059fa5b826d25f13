"""What the plan writes: to those who answer for an action, before Steering meets, how it goes."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from lcep.letters import INVITATIONS, Kind, Letter, written
from lcep.site import absolute
from meetings.models import Meeting
from members.models import Member
from steering.plan import Line
from trust.tokens import HOW_IT_GOES

HOW_IT_GOES_KIND = Kind("plan-question", "How an action of the plan goes", INVITATIONS, late_after=timedelta(days=3))


def how_does_it_go(meeting: Meeting, member: Member, lines: list[Line]) -> Letter:
    """One mail to one person about all they answer for; each with its own link. Once for each meeting of Steering."""
    assert meeting.starts_at is not None
    asked = [(line, absolute(address_of(line, member))) for line in lines]
    context = {"member": member, "partnership": meeting.partnership, "asked": asked}
    context["on"] = f"{timezone.localtime(meeting.starts_at):%A %-d %B}"
    subject, text, html = written("plan_question", context)
    return Letter(
        HOW_IT_GOES_KIND,
        member.mail_to,
        subject,
        text,
        html,
        member=member,
        partnership=meeting.partnership,
        key=f"plan question {meeting.pk} {member.pk}",
        reply_to=[meeting.partnership.reply_address],
    )


def address_of(line: Line, member: Member) -> str:
    """The signed page on which this person says how this action goes: two presses."""
    return reverse("steering:how_it_goes", args=[HOW_IT_GOES.sign(line.action.pk, member.pk)])
