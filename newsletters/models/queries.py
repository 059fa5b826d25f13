"""Which newsletters: drafts, those that are out, and those somebody looks after."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from mailings.models import Mailing


class NewsletterQuerySet(models.QuerySet):
    def drafts(self) -> "NewsletterQuerySet":
        """Not yet sent, or taken back before it began."""
        called_off = Q(mailing__state=Mailing.State.STOPPED, mailing__started_at=None)
        return self.filter(Q(mailing=None) | called_off, published_at=None)

    def published(self) -> "NewsletterQuerySet":
        """What the archive shows, newest first: issues that have begun to go out, and those brought along."""
        return self.annotate(out_at=_out_at()).filter(out_at__isnull=False).order_by("-number")

    def for_steward(self, member) -> "NewsletterQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


def _out_at() -> Coalesce:
    """When it began to go out: the mailing's start, or the date an issue brought along its own."""
    return Coalesce(F("published_at"), F("mailing__started_at"))
