"""The archive as an Atom feed: valid (RFC 4287), absolute, and the same bytes until something new goes out."""

import re
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html

from lcep.site import absolute
from newsletters import emails
from newsletters.models import Newsletter
from newsletters.standing import day
from partnerships.models import Partnership

BEFORE_EVERYTHING = datetime(2017, 9, 1, tzinfo=UTC)
# What XML 1.0 (2.2) allows nowhere, not even escaped; the sanitiser has taken most of it already.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Feed(Atom1Feed):
    """A feed of one partnership, whose page and own address are those of `page` and `here` (names of routes)."""

    @classmethod
    def of(cls, partnership: Partnership, called: str, page: str, here: str) -> "Feed":
        address = absolute(reverse(page, args=[partnership.slug]))
        return cls(
            title=writable(f"{called} of {partnership.name}"),
            link=address,
            description=None,
            language="en-GB",
            author_name=writable(partnership.name),
            feed_url=absolute(reverse(here, args=[partnership.slug])),
            feed_guid=address,
        )

    def put(
        self, title: str, address: str, words: str, at: datetime | None, changed_at: datetime | None = None, **more: Any
    ) -> None:
        """Add one thing that came out at a time and, where it says so, has changed since."""
        self.add_item(
            title=writable(title),
            link=address,
            description=writable(words),
            unique_id=address,
            pubdate=at,
            updateddate=changed_at or at,
            **more,
        )

    def written(self) -> bytes:
        return self.writeString("utf-8").encode()

    def latest_post_date(self) -> datetime:
        """An empty feed says a fixed date, where Django's would say now and change each second."""
        return super().latest_post_date() if self.items else BEFORE_EVERYTHING


def feed_of(partnership: Partnership, issues: list[Newsletter]) -> bytes:
    """Return the feed of these issues; each needs `out_at`."""
    feed = Feed.of(partnership, "Newsletters", "newsletters:archive", "newsletters:feed")
    for issue in issues:
        issue.partnership = partnership
        corrections = list(issue.corrections.published())
        changed_at = issue.withdrawn_at or (corrections[-1].mailing.started_at if corrections else None)
        words = _html(issue, [emails.read(each.words).html for each in corrections])
        feed.put(issue.subject, absolute(issue.get_absolute_url()), words, issue.out_at, changed_at)
    return feed.written()


def _html(issue: Newsletter, corrections: list[str]) -> str:
    """The words of an issue as they went out, behind what corrects them; or why it was withdrawn."""
    if issue.withdrawn_at:
        return format_html("<p>Withdrawn on {}. {}</p>", day(issue.withdrawn_at), issue.withdrawal)
    context = {"opening": emails.opening(issue), "sections": emails.pieces(issue)}
    words = render_to_string("newsletters/_words.html", context).strip()
    return "".join([*(f"<p><strong>Corrected.</strong></p>{each}<hr>" for each in corrections), words])


def writable(text: str) -> str:
    """Return text without what XML 1.0 cannot hold."""
    return UNWRITABLE.sub("", text)
