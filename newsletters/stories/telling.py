"""Telling writers what became of their story: which newsletter it is to be in, and that it went out and to how many.

Each is told once for a story and an issue, or a notice, however often this runs.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from lcep.site import today
from mailings.models import Delivery, Mailing
from newsletters.models import Newsletter, Notice, Section, Story, Told
from newsletters.planner.year import due_on
from newsletters.stories import emails

REMEMBERED = timedelta(days=14)
SETTLED = timedelta(hours=1)  # words that nobody has changed for so long
DRAFTED = timedelta(days=60)


def tell_writers() -> int:
    """Write to the writers of what is to go out, and of what went out lately. Return how many letters."""
    return _placed() + _sent_in_newsletters() + _sent_in_notices()


def _placed() -> int:
    """Which issue: once its words have settled, and as long as its day is to come."""
    settled = timezone.now() - SETTLED
    drafts = Newsletter.objects.drafts().filter(edited_at__range=(timezone.now() - DRAFTED, settled))
    told = 0
    for draft in drafts.exclude(half_term=None).select_related("partnership", "half_term"):
        assert draft.half_term is not None
        due = due_on(draft.half_term)
        if due > today():
            for story in _of_newsletter(draft):
                emails.placed(story, draft, due).send()
                told += 1
    return told


def _sent_in_newsletters() -> int:
    over = Newsletter.objects.filter(**_over())
    told = 0
    for newsletter in over.select_related("partnership", "mailing"):
        assert newsletter.mailing is not None
        for story in _of_newsletter(newsletter):
            emails.sent(story, newsletter, newsletter.mailing, _handed_over(newsletter.mailing)).send()
            told += 1
    return told


def _sent_in_notices() -> int:
    told = 0
    for notice in Notice.objects.filter(**_over()).select_related("partnership", "mailing"):
        rows = Told.objects.filter(notice=notice, story__writer__isnull=False, story__writer__erased_at=None)
        for row in rows.exclude(story__writer=F("story__decided_by")).select_related(
            "story__writer", "story__partnership"
        ):
            assert notice.mailing is not None
            emails.sent(row.story, notice, notice.mailing, _handed_over(notice.mailing)).send()
            told += 1
    return told


def _over() -> dict:
    return {"mailing__state": Mailing.State.DONE, "mailing__finished_at__gte": timezone.now() - REMEMBERED}


def _handed_over(mailing: Mailing) -> int:
    return mailing.deliveries.filter(state=Delivery.State.SENT).count()


def _of_newsletter(newsletter: Newsletter) -> Iterable[Story]:
    """The stories in it whose writer is to hear: not the manager of her own, and nobody who was forgotten."""
    sections = Section.objects.filter(
        newsletter=newsletter, story__writer__isnull=False, story__writer__erased_at=None
    ).exclude(story__writer=F("story__decided_by"))
    return [
        section.story for section in sections.select_related("story__writer", "story__partnership") if section.story
    ]
