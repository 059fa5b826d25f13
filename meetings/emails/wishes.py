"""Letters about what members ask of those who lead: to come in, or to begin a task & finish group."""

from typing import Any

from django.urls import reverse

from lcep.letters import Letter
from lcep.site import absolute
from meetings.emails.leaders import to_one
from meetings.emails.said import Said


def asks_to_join(wish: Any, leader: Any) -> Letter:
    said = Said(
        f"{wish.member} would like to join",
        [f"{wish.member} ({wish.member.organisation or 'no organisation given'}) asks to be in {wish.group}."],
        words=wish.words,
        button="Answer",
        href=absolute(reverse("meetings:wishes", args=[wish.group.ref])),
    )
    return to_one(said, wish.group, leader, f"{wish.group}: somebody would like to join", key=f"wish {wish.pk}")


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
    return to_one(said, proposal.parent, leader, subject, key=f"proposal {proposal.pk}")


def wish_answered(wish: Any) -> Letter:
    if wish.granted_on:
        heading, first = "You are in", f"You are in {wish.group} now. Others there see your name and organisation."
    else:
        heading, first = "Not this time", f"{wish.group} cannot take you in at the moment. You can ask again later."
    return to_one(
        Said(heading, [first]),
        wish.group,
        wish.member,
        f"{wish.group}: {heading.lower()}",
        key=f"wish answered {wish.pk}",
        why="" if wish.granted_on else f"You get this because you asked to join {wish.group}.",
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
    subject = f"{proposal.parent}: your proposal “{proposal.name}”"
    return to_one(said, proposal.parent, proposal.made_by, subject, key=f"proposal answered {proposal.pk}")
