"""Who manages what, from when to when."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Least

from lcep.site import today
from partnerships.models.partnerships import Partnership
from partnerships.models.places import Region
from trust.models import Entry
from trust.privacy import Privacy


class StewardshipQuerySet(models.QuerySet):
    def current(self) -> "StewardshipQuerySet":
        on = today()
        return self.filter(Q(until_on=None) | Q(until_on__gte=on), from_on__lte=on)


class Stewardship(models.Model):
    """A member manages a partnership, or the listed entries of a supporter's region ("manager" on screens)."""

    privacy = Privacy(kept="member appointed_by", impersonal="id partnership region from_on until_on")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stewardships")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="stewardships", null=True, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="stewardships", null=True, blank=True)
    from_on = models.DateField(default=today)
    until_on = models.DateField(null=True, blank=True)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    objects = StewardshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, region=None) | Q(partnership=None, region__isnull=False),
                name="stewardship_of_a_partnership_or_a_region",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="stewardship_until_after_from"
            ),
            models.UniqueConstraint(
                fields=["member", "partnership"],
                condition=Q(until_on=None),
                name="one_open_stewardship_of_a_partnership",
            ),
            models.UniqueConstraint(
                fields=["member", "region"], condition=Q(until_on=None), name="one_open_stewardship_of_a_region"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} manages {self.kept}"

    @property
    def kept(self) -> Partnership | Region:
        """What is looked after: one of the two, as a constraint says."""
        kept = self.partnership or self.region
        assert kept is not None
        return kept

    @property
    def audited_as(self) -> str:
        return f"managing {self.kept}"

    @classmethod
    def appoint(
        cls,
        member,
        of: Partnership | Region,
        by=None,
        from_on: date | None = None,
        until_on: date | None = None,
    ) -> "Stewardship":
        """Let a member manage `of` from today, or as a stand-in between two days. Where a row covers that already, it
        is returned.
        """
        field = "partnership" if isinstance(of, Partnership) else "region"
        begins = from_on or today()
        lasts = Q(until_on=None) if until_on is None else Q(until_on=None) | Q(until_on__gte=until_on)
        with transaction.atomic():
            held = cls.objects.filter(lasts, member=member, from_on__lte=begins, **{field: of}).first()
            if held:
                return held
            days = {"from_on": begins, "until_on": until_on}
            stewardship = cls.objects.create(member=member, appointed_by=by, **days, **{field: of})
            Entry.record("appointed a manager", stewardship, by=by)
        return stewardship

    def end(self, by=None) -> None:
        """Take the rights away at once: the last day was yesterday. A second call changes nothing."""
        yesterday = today() - timedelta(days=1)
        with transaction.atomic():
            open_row = Stewardship.objects.filter(pk=self.pk).filter(Q(until_on=None) | Q(until_on__gt=yesterday))
            if open_row.update(until_on=yesterday, from_on=Least(F("from_on"), Value(yesterday))):
                Entry.record("ended a manager's appointment", self, by=by)
