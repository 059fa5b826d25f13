"""The noticeboard as an Atom feed: the same bytes until something changes on it."""

from django.urls import reverse

from lcep.site import absolute
from newsletters.feed import Feed, writable
from newsletters.models import Story
from partnerships.models import Partnership
from trust.text import html


def feed_of(partnership: Partnership, stories: list[Story]) -> bytes:
    """Return the feed of these stories of one partnership, newest first."""
    board = absolute(reverse("newsletters:noticeboard", args=[partnership.slug]))
    feed = Feed(
        title=writable(f"Noticeboard of {partnership.name}"),
        link=board,
        description=None,
        language="en-GB",
        author_name=writable(partnership.name),
        feed_url=absolute(reverse("newsletters:stories_feed", args=[partnership.slug])),
        feed_guid=board,
    )
    for story in stories:
        story.partnership = partnership
        address = absolute(story.get_absolute_url())
        feed.add_item(
            title=writable(story.title),
            link=address,
            description=writable(html(story.body, 3)),
            unique_id=address,
            pubdate=story.approved_at,
            updateddate=story.approved_at,
            categories=[writable(story.get_kind_display())],
        )
    return feed.writeString("utf-8").encode()
