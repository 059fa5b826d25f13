"""Telling writers that their story went out: once for each story and issue, when the mailing is over."""

from datetime import timedelta

from django.utils import timezone

from mailings.models import Delivery, Mailing
from newsletters.models import Newsletter, Section
from newsletters.stories import emails

REMEMBERED = timedelta(days=14)


def tell_writers() -> int:
    """Write to the writers of what went out lately. Done twice, nobody hears twice. Return how many letters."""
    over = Newsletter.objects.filter(
        mailing__state=Mailing.State.DONE, mailing__finished_at__gte=timezone.now() - REMEMBERED
    )
    told = 0
    for newsletter in over.select_related("partnership", "mailing"):
        handed_over = newsletter.mailing.deliveries.filter(state=Delivery.State.SENT).count()
        for story in _stories_of(newsletter):
            emails.sent(story, newsletter, handed_over).send()
            told += 1
    return told


def _stories_of(newsletter: Newsletter) -> list:
    sections = Section.objects.filter(
        newsletter=newsletter, story__writer__isnull=False, story__writer__erased_at=None
    ).exclude(story__writer=newsletter.made_by)
    return [section.story for section in sections.select_related("story__writer", "story__partnership")]
