"""Letters to those who lead a group. Their co-leads get the same, and whoever is first does it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lcep.letters import Kind, Letter, inlined, plain
from lcep.site import absolute
from meetings import kinds
from meetings.emails.said import Said
from meetings.steps import Choice

if TYPE_CHECKING:
    from meetings.models import Meeting
    from pods.models import Group


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
    return to_one(
        said, meeting.group, leader, f"{meeting.group}: who came?", key=f"who came {meeting.pk}", kind=kinds.NUDGES
    )


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
    return to_one(
        said,
        group,
        leader,
        f"{group}: good dates to meet",
        key=f"time for a date {group.pk} {last:%Y-%m-%d}",
        kind=kinds.NUDGES,
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
    return to_one(
        said, meeting.group, leader, f"{meeting.group}: an answer from somebody else", key=f"stranger {digest}"
    )


def nearly_done(group: "Group", leader: Any) -> Letter:
    """To one who leads a task & finish group: two weeks before its day. Finish, longer, or stop?"""
    said = Said(
        "Two weeks to go",
        [f"{group} means to be done by {group.finish_by:%-d %B}. Will it be? It can finish, or be given longer."],
        button="Finish it, or give it longer",
        href=absolute(reverse("meetings:ending", args=[group.ref])),
    )
    key = f"nearly done {group.pk} {group.finish_by}"
    return to_one(said, group, leader, f"{group}: two weeks to go", key=key, kind=kinds.NUDGES)


def to_one(
    said: Said, group: "Group", leader: Any, subject: str, *, key: str, kind: Kind = kinds.LEADERS, why: str = ""
) -> Letter:
    """One mail to one of those who lead a group, or asked something of them; once for each key.

    `why` says why they get it, where they are not in the group.
    """
    context = {
        "said": said,
        "name": str(group),
        "partnership": group.partnership,
        "greeting": f"Dear {leader.name}," if leader.name else "Hello,",
        "inside": absolute(reverse("pods:inside", args=[group.partnership.slug, group.slug])),
        "leads": group.is_run_by(leader),
        "subject": subject,
        "why": why,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    text = plain("email/meeting/body.txt", context).strip() + "\n"
    html = inlined(render_to_string("email/meeting/body.html", context))
    return Letter(
        kind, leader.mail_to, subject, text, html,
        member=leader, partnership=group.audited_for, key=f"{key} {leader.pk}",
    )  # fmt: skip
