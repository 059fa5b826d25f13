"""What a story's writer hears: that it was approved, or why not; and in which newsletter it went out."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lcep.letters import SERVICE, Kind, Letter, written
from lcep.site import absolute
from newsletters.standing import people

if TYPE_CHECKING:
    from newsletters.models import Newsletter, Story

APPROVED = Kind("story-approved", "A story was approved", SERVICE, late_after=timedelta(days=7))
REFUSED = Kind("story-refused", "A story was not taken", SERVICE, late_after=timedelta(days=7))
SENT = Kind("story-sent", "A story went out in a newsletter", SERVICE, late_after=timedelta(days=14))


def decided(story: "Story") -> Letter:
    """Approved, with where it stands; or not taken, with the manager's sentence."""
    if story.approved_at:
        return _to_writer(APPROVED, "story_approved", story, f"story {story.pk} decided")
    return _to_writer(REFUSED, "story_refused", story, f"story {story.pk} decided")


def sent(story: "Story", newsletter: "Newsletter", handed_over: int) -> Letter:
    """It went out: to how many it was handed over, and where it can be read."""
    more = {"newsletter": newsletter, "read": absolute(newsletter.get_absolute_url()), "people": people(handed_over)}
    return _to_writer(SENT, "story_sent", story, f"story {story.pk} in {newsletter.pk}", **more)


def _to_writer(kind: Kind, name: str, story: "Story", key: str, **more: object) -> Letter:
    writer, partnership = story.writer, story.partnership
    assert writer is not None
    context = {"story": story, "partnership": partnership, "page": absolute(story.get_absolute_url())} | more
    subject, text, html = written(name, context)
    return Letter(
        kind,
        writer.mail_to,
        subject,
        text,
        html,
        member=writer,
        partnership=partnership,
        key=key,
        reply_to=[partnership.reply_address],
    )
