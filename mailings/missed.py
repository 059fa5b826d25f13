"""Those whom a mailing did not reach, and the mailing that brings them the same words later."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mailings.kinds import BULK
from mailings.models import Delivery, Mailing
from members.models import Member

STILL_NEWS = timedelta(days=31)
REACHED = ("queued", "handed", "sent", "uncertain")


class Missed:
    """Whom a mailing is meant for today and has not reached: those it failed, and who joined since.

    Nobody counts as missed of whom we cannot be sure, or whom a mailing that follows it reaches.
    """

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.first = mailing, mailing.first

    @property
    def may_still_get_it(self) -> bool:
        """Whether it is over, and not longer than a month ago."""
        mailing, first = self.mailing, self.first
        return (
            mailing.is_over
            and mailing.started_at is not None
            and first.rendition_id is not None
            and first.kind in BULK
            and mailing.marketing
            and mailing.started_at > timezone.now() - STILL_NEWS
        )

    def people(self) -> QuerySet[Member]:
        """Return them as Members, annotated like the audience of its kind: `excluded` says why not, or nothing."""
        first = self.first
        chain = Mailing.objects.filter(Q(pk=first.pk) | Q(follows=first.pk, to_missed=True))
        if self.mailing.to_missed:  # it cannot have reached anybody before itself
            chain = chain.exclude(pk=self.mailing.pk)
        reached = Delivery.objects.filter(mailing__in=chain, key=OuterRef("key"), state__in=REACHED)
        return BULK[first.kind].audience(first).filter(~Exists(reached))

    def count(self) -> int:
        """How many would get it now."""
        return self.people().filter(excluded="").count() if self.may_still_get_it else 0

    def send(self, by: Member | None) -> Mailing | None:
        """Plan it for them; None when there is nobody, or it is too late for that.

        Two presses plan one: while a mailing to those who missed it is under way, that one is returned.
        """
        if not self.may_still_get_it:
            return None
        first = self.first
        with transaction.atomic():
            Mailing.objects.select_for_update().get(pk=first.pk)
            others = Mailing.objects.filter(follows=first.pk, to_missed=True)
            under_way = others.exclude(state__in=["done", "stopped"]).first()
            if under_way:
                return under_way
            if not first.missed.people().filter(excluded="").exists():
                return None
            return Mailing.schedule(
                first.kind,
                key=f"{first.key[:100]}:missed:{others.count()}",
                partnership=first.partnership,
                subject=first.subject,
                by=by,
                follows=first,
                to_missed=True,
            )
