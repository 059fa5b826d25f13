"""The noticeboard as an Atom feed: the same bytes until something changes on it."""

from lcep.site import absolute
from newsletters.feed import Feed, writable
from newsletters.models import Story
from partnerships.models import Partnership
from trust.text import html


def feed_of(partnership: Partnership, stories: list[Story]) -> bytes:
    """Return the feed of these stories of one partnership, newest first."""
    feed = Feed.of(partnership, "Noticeboard", "newsletters:noticeboard", "newsletters:stories_feed")
    for story in stories:
        story.partnership = partnership
        kind = [writable(story.get_kind_display())]
        address = absolute(story.get_absolute_url())
        feed.put(story.title, address, html(story.body, 3), story.approved_at, categories=kind)
    return feed.written()
