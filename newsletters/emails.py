"""The newsletter as a mail: its kinds, who gets it, and the message, with slots for what differs per person."""

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import CharField, QuerySet, Value
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from lcep.letters import NEWSLETTERS, SERVICE, Kind, plain
from lcep.site import absolute
from mailings.message import Message
from mailings.slots import slot
from members.models import Member
from newsletters import audience
from newsletters.plain import text, underlined
from trust.text import html

if TYPE_CHECKING:
    from mailings.models import Mailing
    from newsletters.models import Newsletter

NEWSLETTER = Kind(
    "newsletter",
    "A newsletter",
    NEWSLETTERS,
    late_after=timedelta(hours=6),
    purpose=audience.PURPOSE,
    when_late="ask",
    in_doubt="ask",
)
TEST = Kind("newsletter-test", "A test of a newsletter", SERVICE, late_after=timedelta(hours=6))


class Piece(NamedTuple):
    """A section as it is read: its heading (may be empty), and its body for either part of a mail."""

    heading: str
    html: SafeString
    text: str


def opening(newsletter: "Newsletter") -> Piece:
    return Piece("", *_read(newsletter.opening, 2))


def pieces(newsletter: "Newsletter") -> list[Piece]:
    """The sections as mail and archive show them. Headings inside a section stand below its own."""
    sections = newsletter.sections.all()
    return [Piece(each.heading, *_read(each.body, 3 if each.heading else 2)) for each in sections]


def readers_of(mailing: "Mailing") -> QuerySet[Member]:
    """Everybody on the list, with the reason of those who do not get it."""
    return audience.readers(mailing.newsletter)


def newsletter(mailing: "Mailing") -> Message:
    return message(mailing.newsletter)


def tester_of(mailing: "Mailing") -> QuerySet[Member]:
    """The one manager who asked for the test."""
    return Member.objects.filter(pk=mailing.proof.to_id).annotate(excluded=Value("", output_field=CharField()))


def test(mailing: "Mailing") -> Message:
    return message(mailing.proof.newsletter, test=True)


def test_subject(newsletter: "Newsletter") -> str:
    return f"[Test] {newsletter.subject}"


def message(newsletter: "Newsletter", *, test: bool = False, choices: str = "") -> Message:
    """The whole message. `choices` stands in for each reader's own signed link where others look at it."""
    web = absolute(newsletter.get_absolute_url())
    context: dict[str, Any] = {
        "newsletter": newsletter,
        "partnership": newsletter.partnership,
        "opening": opening(newsletter),
        "sections": pieces(newsletter),
        "greeting": slot("greeting"),
        "address": slot("address"),
        "choices": choices or slot("choices_url"),
        "web": web,
        "test": test,
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    titled = underlined(newsletter.subject, "=")
    headed = [underlined(piece.heading, "-") for piece in context["sections"]]
    texts = {"title": titled, "parts": list(zip(headed, context["sections"], strict=True))}
    return Message(
        test_subject(newsletter) if test else newsletter.subject,
        plain("email/newsletter/body.txt", context | texts),
        render_to_string("email/newsletter/body.html", context),
        partnership=newsletter.partnership,
        marketing=not test,
        purpose="" if test else audience.PURPOSE,
        archived_at=web,
        web_url=web,
    )


@lru_cache(maxsize=128)
def _read(markdown: str, first_heading: int) -> tuple[SafeString, str]:
    """Markdown as HTML and as text. Kept, because check, preview and archive read the same words again and again."""
    return html(markdown, first_heading), text(markdown, first_heading)
