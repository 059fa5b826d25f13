"""What to look at before a newsletter goes out: a to-do list in plain words. Few of them bar the way."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from newsletters import audience, emails
from newsletters.standing import people

if TYPE_CHECKING:
    from newsletters.models import Newsletter

HEAVY = 100_000  # bytes of HTML; a widespread mail program cuts what comes after 102 kB
# Left in by somebody who meant to come back: TK (printers' "to come"), [...], lorem ipsum, merge fields.
PLACEHOLDER = re.compile(
    r"\bTK(?:TK)*\b|\[ ?(?:\.\.\.|…) ?\]|(?i:lorem ipsum)|\{\{[^{}]{0,80}\}\}|\{%[^{}]{0,80}%\}|\*\|\w{1,40}\|\*"
)
GREETING = re.compile(r"(?:dear|hello|hi|hey|good (?:morning|afternoon)|welcome)\b[^.\n]{0,40}[,!:]?\s*(?:\n|$)", re.I)
VAGUE = {"here", "click here", "this link", "link", "read more", "more", "this page", "this"}
BARE = re.compile(r"(?<![\w/@.<\"'=])(?:https?://|www\.)[^\s<>]+", re.I)


@dataclass(frozen=True)
class Finding:
    """One thing to look at: in a sentence, where, and whether it bars the way.

    `href` is a field of the page of words ("#id_subject"), a screen of the newsletter ("who"), or an address.
    """

    sentence: str
    href: str = ""
    bars: bool = False


class Link(NamedTuple):
    """A link as it is read: its words, and its address ('' when the sanitiser took it away)."""

    words: str
    address: str


class Links(HTMLParser):
    """Collect the links of a piece of sanitised HTML, and the text outside them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self.outside: list[str] = []
        self._address: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address, self._words = dict(attrs).get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address is not None:
            self.found.append(Link(" ".join("".join(self._words).split()), self._address))
            self._address = None

    def handle_data(self, data: str) -> None:
        (self.outside if self._address is None else self._words).append(data)


class Check:
    """All findings on one newsletter, those that bar the way first."""

    def __init__(self, newsletter: "Newsletter") -> None:
        self.newsletter = newsletter
        self.words = newsletter.words

    @cached_property
    def findings(self) -> list[Finding]:
        parts = (
            self._nothing_to_say,
            self._nobody,
            self._placeholders,
            self._links,
            self._weight,
            self._untested,
            self._subject,
            self._greeting,
            self._sections,
            self._pictures,
            self._identity,
            self._so_soon,
            self._other_audience,
        )
        found = [finding for part in parts for finding in part()]
        return sorted(found, key=lambda finding: not finding.bars)

    @property
    def bars(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.bars]

    @property
    def advice(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.bars]

    @cached_property
    def people(self) -> int:
        return audience.receiving(self.newsletter).count()

    @property
    def people_in_words(self) -> str:
        return people(self.people)

    @property
    def says_something(self) -> bool:
        return bool(self.words.opening or any(part.body for part in self.words.sections))

    def _nothing_to_say(self) -> Iterator[Finding]:
        if not self.says_something:
            yield Finding("There are no words in it yet.", "#id_opening", bars=True)

    def _nobody(self) -> Iterator[Finding]:
        if not self.people:
            yield Finding("There is nobody to send it to.", "who", bars=True)

    def _placeholders(self) -> Iterator[Finding]:
        for field, name, text in self._texts:
            left = PLACEHOLDER.search(text)
            if left:
                yield Finding(
                    f"{name}: “{left.group()[:40]}” is still in. It would arrive exactly like that.", field, bars=True
                )

    def _links(self) -> Iterator[Finding]:
        for field, name, links in self._linked:
            for link in links.found:
                yield from _about(link, field, name)
            outside = "".join(links.outside)
            if "](" in outside:
                yield Finding(f"{name}: a link is not written as one: [words](https://address).", field)
            for address in BARE.findall(outside)[:3]:
                yield Finding(f"{name}: {address[:60]} is no link yet. Put < and > around it.", field)

    def _weight(self) -> Iterator[Finding]:
        size = len(emails.message(self.newsletter).html.encode())
        if size > HEAVY:
            yield Finding(
                f"It is too long: {size // 1000} kB. Mail programs cut off what comes after 100 kB.", "words", bars=True
            )

    def _untested(self) -> Iterator[Finding]:
        if not self.newsletter.is_tested:
            again = "since the last change" if self.newsletter.proofs.exists() else "yet"
            yield Finding(f"Nobody has sent themselves a test {again}.", "test", bars=True)

    def _subject(self) -> Iterator[Finding]:
        subject, field = self.words.subject, "#id_subject"
        if len(subject) > 78:
            yield Finding(f"The subject has {len(subject)} characters. Inboxes show about 60 of them.", field)
        elif len(subject) < 10:
            yield Finding("The subject is very short. Say what is in it for the reader.", field)
        if len(subject) > 9 and subject.isupper():
            yield Finding("The subject is all in capitals, which reads as shouting.", field)
        last = self._earlier.first()
        if last and last.subject == subject:
            yield Finding(f"The subject is the same as last time (number {last.number}).", field)
        if not self.words.preheader:
            yield Finding(
                "There is no line beside the subject: inboxes will show the first words instead.", "#id_preheader"
            )

    def _greeting(self) -> Iterator[Finding]:
        if GREETING.match(self.words.opening):
            yield Finding("The opening words greet the reader, who is greeted by name already.", "#id_opening")

    def _sections(self) -> Iterator[Finding]:
        for at, part in enumerate(self.words.sections):
            field = f"#part-{at + 1}"
            if not part.heading and not part.body:
                yield Finding(f"Section {at + 1} is empty. It is left out.", field)
            elif not part.body:
                yield Finding(f"Section {at + 1}, “{part.heading}”, has a heading and no words.", field)
            elif not part.heading:
                yield Finding(f"Section {at + 1} has no heading.", field)

    def _pictures(self) -> Iterator[Finding]:
        for field, name, text in self._texts:
            if re.search(r"!\[[^\]]{0,200}\]\(", text):
                yield Finding(f"{name}: a picture is left out. Newsletters carry words only, so far.", field)

    def _identity(self) -> Iterator[Finding]:
        """Who writes, and where an answer goes: what the foot of the mail promises."""
        partnership = self.newsletter.partnership
        where = reverse("admin:partnerships_partnership_change", args=[partnership.pk])
        if not partnership.postal_identity:
            yield Finding("The foot of the mail does not say where you are. Add your postal address.", where)
        if not partnership.mailbox:
            yield Finding("Nobody reads the answers to this mail. Add the mailbox you read.", where)

    def _so_soon(self) -> Iterator[Finding]:
        last = self._earlier.order_by("-out_at").first()
        if last and timezone.now() - last.out_at < timedelta(days=7):
            day = timezone.localtime(last.out_at)
            yield Finding(f"Number {last.number} went out on {day:%A %-d %B}, less than a week ago.")

    def _other_audience(self) -> Iterator[Finding]:
        last = self._earlier.order_by("-out_at").select_related("mailing").first()
        before = last.mailing.prepared if last and last.mailing else None
        if before and abs(self.people - before) * 5 > before:
            yield Finding(f"It goes to {self.people_in_words}; number {last.number} went to {before:,}.", "who")

    @cached_property
    def _earlier(self):
        return self.newsletter.partnership.newsletters.exclude(pk=self.newsletter.pk).published()

    @property
    def _texts(self) -> Iterator[tuple[str, str, str]]:
        """Every text with its field on the page of words and its name."""
        yield "#id_subject", "Subject", self.words.subject
        yield "#id_preheader", "Line beside the subject", self.words.preheader
        yield "#id_opening", "Opening words", self.words.opening
        for at, part in enumerate(self.words.sections):
            yield f"#part-{at + 1}", _named(at, part.heading), f"{part.heading}\n{part.body}"

    @property
    def _linked(self) -> Iterator[tuple[str, str, Links]]:
        yield "#id_opening", "Opening words", _links_of(emails.opening(self.newsletter).html)
        for at, piece in enumerate(emails.pieces(self.newsletter)):
            yield f"#part-{at + 1}", _named(at, piece.heading), _links_of(piece.html)


def _named(at: int, heading: str) -> str:
    return f"Section {at + 1}, “{heading}”" if heading else f"Section {at + 1}"


def _links_of(html: str) -> Links:
    links = Links()
    links.feed(html)
    links.close()
    return links


def _about(link: Link, field: str, name: str) -> Iterator[Finding]:
    """What is wrong with one link: where it leads, or what it says."""
    said = f"“{link.words[:40]}”" if link.words else "a link without words"
    if not link.address or leads_nowhere(link.address):
        shown = f" ({link.address[:60]})" if link.address else ""
        yield Finding(f"{name}: {said} leads nowhere outside this computer{shown}.", field, bars=True)
    elif not link.words:
        yield Finding(f"{name}: a link has no words to press ({link.address[:60]}).", field)
    elif link.words.casefold().strip(" .›>→") in VAGUE:
        yield Finding(f"{name}: the link {said} does not say where it leads.", field)


def leads_nowhere(address: str) -> bool:
    """Whether an address works only from this site or this machine: relative, local, or no address at all."""
    if address.startswith(f"{settings.SITE_URL}/"):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme in {"mailto", "tel"}:
        return not parts.path
    if parts.scheme not in {"http", "https"} or not host:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host.rstrip(".") or host.endswith((".local", ".localhost", ".internal", ".lan", ".test"))
