"""What to look at before a newsletter goes out: a to-do list in plain words. Few of them bar the way.

Each check is a function of a `Check` that yields findings. Words are looked at as they were written,
everything else in the message as it was built: that is what arrives.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lcep.site import today
from mailings.models import Delivery
from members.models import Member
from newsletters import audience
from newsletters.built import Built
from newsletters.check import dates, links, message, people, pictures, reading, stories, wording
from newsletters.check.finding import Finding
from newsletters.check.links import leads_nowhere
from newsletters.check.page import Page
from newsletters.emails import Piece, pieces
from newsletters.sorting import people as in_words

if TYPE_CHECKING:
    from newsletters.models import Newsletter

__all__ = ["Check", "Finding", "leads_nowhere"]

CHECKS: tuple[Callable[["Check"], Iterator[Finding]], ...] = (
    *wording.CHECKS,
    *people.CHECKS,
    *links.CHECKS,
    *pictures.CHECKS,
    *stories.CHECKS,
    *dates.CHECKS,
    *reading.CHECKS,
    *message.CHECKS,
)


class Check:
    """All findings on one newsletter, those that bar the way first. `on` is the day it is to go out."""

    def __init__(self, newsletter: "Newsletter", on: date | None = None) -> None:
        self.newsletter = newsletter
        self.words = newsletter.words
        self.on = on or today()

    @cached_property
    def findings(self) -> list[Finding]:
        found = [finding for check in CHECKS for finding in check(self)]
        return sorted(dict.fromkeys(found), key=lambda finding: not finding.bars)

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
        return in_words(self.people)

    @property
    def says_something(self) -> bool:
        return bool(self.words.opening or any(part.body for part in self.words.sections))

    @property
    def pictures(self) -> int:
        return sum(part.picture is not None for part in self.words.sections)

    @property
    def undescribed(self) -> list[int]:
        """The sections (from 1) whose picture nobody has described."""
        return [at for at, part in enumerate(self.words.sections, 1) if part.picture and not part.alt]

    @cached_property
    def built(self) -> Built:
        """The message as it reaches the manager who wrote it."""
        reader = self.newsletter.edited_by or Member(pk=0, email="you@example.org", mail_to="you@example.org")
        return Built(self.newsletter, Delivery.sample(reader))

    @cached_property
    def page(self) -> Page:
        return Page(self.built.html)

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.newsletter)

    @cached_property
    def headings(self) -> dict[int, str]:
        return {piece.number: piece.heading for piece in self.pieces}

    @cached_property
    def earlier(self) -> list[Any]:
        """The last issues that went out, newest first, each with `out_at`."""
        others = self.newsletter.partnership.newsletters.exclude(pk=self.newsletter.pk).published()
        return list(others.order_by("-out_at").select_related("mailing")[:3])

    @property
    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Every text as it was written, with its field on the page of words and its name."""
        yield "#id_subject", "Subject", self.words.subject
        yield "#id_preheader", "Line beside the subject", self.words.preheader
        yield "#id_opening", "Opening words", self.words.opening
        for at, part in enumerate(self.words.sections, 1):
            name = f"Section {at}, “{part.heading}”" if part.heading else f"Section {at}"
            yield f"#part-{at}", name, f"{part.heading}\n{part.body}\n{part.alt}"
