"""What a story's writer hears: that it was approved, or why not; which newsletter it is to be in; that it went out."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from lcep.letters import SERVICE, Kind, Letter, written
from lcep.site import absolute
from newsletters.sorting import people

if TYPE_CHECKING:
    from mailings.models import Mailing
    from newsletters.models import Newsletter, Notice, Story

APPROVED = Kind("story-approved", "A story was approved", SERVICE, late_after=timedelta(days=7))
REFUSED = Kind("story-refused", "A story was not taken", SERVICE, late_after=timedelta(days=7))
PLACED = Kind("story-placed", "A story is to be in a newsletter", SERVICE, late_after=timedelta(days=3))
SENT = Kind("story-sent", "A story went out", SERVICE, late_after=timedelta(days=14))


def decided(story: "Story") -> Letter:
    """Approved, with where it stands; or not taken, with the manager's sentence."""
    if story.approved_at:
        return _to_writer(APPROVED, "story_approved", story, f"story {story.pk} decided")
    return _to_writer(REFUSED, "story_refused", story, f"story {story.pk} decided")


def placed(story: "Story", newsletter: "Newsletter", due_on: date) -> Letter:
    """Which newsletter it is to be in, and when that is due."""
    more = {"newsletter": newsletter, "due_on": due_on}
    return _to_writer(PLACED, "story_placed", story, f"story {story.pk} placed in {newsletter.pk}", **more)


def sent(story: "Story", issue: "Newsletter | Notice", mailing: "Mailing", handed_over: int) -> Letter:
    """It went out: to how many, on which day, and where it can be read."""
    number = getattr(issue, "number", None)
    more = {
        "what": f"newsletter {number} of {story.partnership}" if number else f"a short notice of {story.partnership}",
        "read": absolute(issue.get_absolute_url()),
        "people": people(handed_over),
        "on": localdate(mailing.started_at) if mailing.started_at else None,
    }
    key = f"story {story.pk} in {'' if number else 'notice '}{issue.pk}"
    return _to_writer(SENT, "story_sent", story, key, **more)


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
