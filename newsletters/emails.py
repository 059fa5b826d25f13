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
CORRECTION = Kind(
    "newsletter-correction",
    "A correction of a newsletter",
    NEWSLETTERS,
    late_after=timedelta(hours=6),
    purpose=audience.PURPOSE,
    when_late="ask",
    in_doubt="ask",
)
ACCOUNT = Kind("newsletter-account", "What became of a newsletter", SERVICE, late_after=timedelta(days=2))
COLUMN = 560  # pixels a picture is shown wide at most: the column of a mail on a computer


class Shown(NamedTuple):
    """A picture as it is shown: its address, what it says to whoever does not see it, and its size in pixels."""

    src: str
    alt: str
    width: int
    height: int


class Piece(NamedTuple):
    """A section as it is read: its place from 1, its heading (may be empty), its body for either part of a mail.

    A section without a heading, words or picture is none, and keeps its place.
    """

    number: int
    heading: str
    html: SafeString
    text: str
    picture: Shown | None = None

    @property
    def anchor(self) -> str:
        return f"part-{self.number}"


def read(markdown: str) -> Piece:
    """Return words that stand under no heading of their own."""
    return Piece(0, "", *_read(markdown, 2))


def opening(newsletter: "Newsletter") -> Piece:
    return read(newsletter.opening)


def pieces(newsletter: "Newsletter") -> list[Piece]:
    """The sections as mail and archive show them. Headings inside a section stand below its own."""
    sections = newsletter.sections.select_related("picture").defer("picture__content")
    return [
        Piece(at, each.heading, *_read(each.body, 3 if each.heading else 2), _shown(each))
        for at, each in enumerate(sections, 1)
        if each.heading or each.body or each.picture
    ]


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
    context = _common(newsletter, choices) | {
        "opening": opening(newsletter),
        "sections": pieces(newsletter),
        "test": test,
    }
    titled = underlined(newsletter.subject, "=")
    headed = [underlined(piece.heading, "-") for piece in context["sections"]]
    texts = {"title": titled, "parts": list(zip(headed, context["sections"], strict=True))}
    subject = test_subject(newsletter) if test else newsletter.subject
    return _sent_to_the_list(newsletter, subject, "newsletter", context | texts, test=test)


def _common(newsletter: "Newsletter", choices: str) -> dict[str, Any]:
    """What every mail about an issue says of itself and of its reader."""
    return {
        "newsletter": newsletter,
        "partnership": newsletter.partnership,
        "greeting": slot("greeting"),
        "address": slot("address"),
        "choices": choices or slot("choices_url"),
        "web": absolute(newsletter.get_absolute_url()),
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }


def _sent_to_the_list(
    newsletter: "Newsletter", subject: str, name: str, context: dict[str, Any], *, test: bool = False
) -> Message:
    return Message(
        subject,
        plain(f"email/{name}/body.txt", context),
        render_to_string(f"email/{name}/body.html", context),
        partnership=newsletter.partnership,
        marketing=not test,
        purpose="" if test else audience.PURPOSE,
        archived_at=context["web"],
        web_url=context["web"],
    )


def correction_subject(newsletter: "Newsletter") -> str:
    return f"Correction: {newsletter.subject}"


def corrected_of(mailing: "Mailing") -> QuerySet[Member]:
    """Those who have the issue, with the reason of those among them who get no newsletter any more."""
    return audience.reached(mailing.correction.newsletter)


def correction(mailing: "Mailing") -> Message:
    """A few words about an issue that is out, with the way to it."""
    return correction_message(mailing.correction.newsletter, mailing.correction.words)


def correction_message(newsletter: "Newsletter", words: str, *, choices: str = "") -> Message:
    context = _common(newsletter, choices) | {"words": read(words)}
    context["title"] = underlined(correction_subject(newsletter), "=")
    return _sent_to_the_list(newsletter, correction_subject(newsletter), "newsletter_correction", context)


def _shown(section: Any) -> Shown | None:
    picture = section.picture
    if picture is None:
        return None
    width = min(picture.width, COLUMN)
    height = max(round(picture.height * width / picture.width), 1)
    return Shown(absolute(picture.get_absolute_url()), section.alt, width, height)


@lru_cache(maxsize=128)
def _read(markdown: str, first_heading: int) -> tuple[SafeString, str]:
    """Markdown as HTML and as text. Kept, because check, preview and archive read the same words again and again."""
    return html(markdown, first_heading), text(markdown, first_heading)
