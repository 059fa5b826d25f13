"""A short notice as a mail: who gets it, and its words, made of the stories themselves."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import CharField, QuerySet, Value
from django.template.loader import render_to_string

from lcep.letters import NEWSLETTERS, Kind, plain
from lcep.site import absolute
from mailings.message import Message
from mailings.slots import slot
from members.models import Member, Purpose
from newsletters import budget
from newsletters.emails import Piece
from newsletters.models import Story
from newsletters.plain import text, underlined
from partnerships.models import Partnership
from partnerships.panels import counted
from trust.text import html

if TYPE_CHECKING:
    from mailings.models import Mailing

PURPOSE = Purpose.NOTICES.value
NOTICE = Kind(
    "notice",
    "A short notice",
    NEWSLETTERS,
    late_after=timedelta(hours=6),
    purpose=PURPOSE,
    when_late="ask",
    in_doubt="ask",
)
GONE = "its stories were taken off the noticeboard"
SUBJECT = 78


def people(partnership: Partnership, mailing: "Mailing | None" = None) -> QuerySet[Member]:
    """Everybody on the list, annotated `excluded`: '' gets it, else the reason."""
    return budget.of_list(partnership, PURPOSE, mailing)


def people_of(mailing: "Mailing") -> QuerySet[Member]:
    everybody = people(mailing.notice.partnership, mailing)
    if mailing.notice.stories:
        return everybody
    return everybody.annotate(excluded=Value(GONE, output_field=CharField()))


def message_of(mailing: "Mailing") -> Message:
    notice = mailing.notice
    web = absolute(notice.get_absolute_url())
    return message(notice.partnership, notice.stories, subject=notice.subject, web=web)


def subject_of(partnership: Partnership, stories: list[Story]) -> str:
    """What stands in the inbox: the first story's title, and how many more there are."""
    more = len(stories) - 1
    tail = f" (and {more} more)" if more else ""
    title = stories[0].title if stories else ""
    room = SUBJECT - len(tail)
    return (title if len(title) <= room else f"{title[: room - 1].rstrip()}…") + tail


def message(
    partnership: Partnership, stories: list[Story], *, subject: str = "", web: str = "", choices: str = ""
) -> Message:
    """The whole mail. `choices` stands in for each reader's own link where the manager looks at it."""
    subject = subject or subject_of(partnership, stories)
    below = 2 if len(stories) == 1 else 3  # the first heading inside a story stands below its title
    pieces = [
        Piece(at, story.title, html(story.body, below), text(story.body, below)) for at, story in enumerate(stories, 1)
    ]
    context: dict[str, Any] = {
        "partnership": partnership,
        "subject": subject,
        "stories": stories,
        "pieces": pieces,
        "greeting": slot("greeting"),
        "address": slot("address"),
        "choices": choices or slot("choices_url"),
        "web": web,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    together = f"{counted(len(pieces), 'thing')} to know before the next newsletter" if len(pieces) > 1 else ""
    title = underlined(together, "=")
    context["together"] = together
    parts = [(underlined(piece.heading, "-" if together else "="), piece) for piece in pieces]
    return Message(
        subject,
        plain("email/notice/body.txt", context | {"title": title, "parts": parts}).strip() + "\n",
        render_to_string("email/notice/body.html", context),
        partnership=partnership,
        marketing=True,
        purpose=PURPOSE,
        archived_at=web,
        web_url=web,
    )
