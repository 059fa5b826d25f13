"""A member on one partnership's mailing list, and what they chose to get."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from lcep.site import today
from members.models.consents import Consent, Purpose, Showing, Wording
from members.models.members import Member
from members.models.suppression import Suppression
from partnerships.models import Partnership
from trust import lasting
from trust.privacy import Privacy


class MembershipQuerySet(models.QuerySet):
    def current(self) -> "MembershipQuerySet":
        return self.filter(left_at=None)

    def receiving(self, purpose: str) -> "MembershipQuerySet":
        """Memberships that chose this kind of mail and are not on pause today: the consent rule of the sender."""
        return self.current().filter(
            Q(paused_until=None) | Q(paused_until__lte=today()), **{f"{purpose}_since__lte": Now()}
        )

    def shown(self) -> "MembershipQuerySet":
        """People who chose to be named on the network page, have a name, and belong to the list today."""
        return self.current().filter(shown_since__lte=Now(), member__erased_at=None).exclude(member__name="")

    def for_steward(self, member) -> "MembershipQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


class Membership(models.Model):
    """Being on the list, from and until; what is chosen is a time since when, never a bare yes."""

    privacy = Privacy(
        exported="joined_at left_at newsletter_since notices_since events_since paused_until shown_since",
        kept="id member partnership",
    )

    member = models.ForeignKey(Member, models.PROTECT, related_name="memberships")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="memberships")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    newsletter_since = models.DateTimeField(null=True, blank=True)
    notices_since = models.DateTimeField(null=True, blank=True)
    events_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    shown_since = models.DateTimeField("named on the network page since", null=True, blank=True)
    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at"]
        verbose_name = "person on the list"
        verbose_name_plural = "people on the list"
        constraints = [
            models.UniqueConstraint(fields=["member", "partnership"], condition=Q(left_at=None), name="once_on_a_list"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=models.F("joined_at")), name="left_after_joining"
            ),
        ]
        indexes = [models.Index(fields=["partnership", "member"], condition=Q(left_at=None), name="current_on_list")]

    def __str__(self) -> str:
        return f"{self.member} on the list of {self.partnership}"

    @property
    def chosen(self) -> list[str]:
        return [purpose for purpose in Purpose.values if getattr(self, f"{purpose}_since")]

    @property
    def had(self) -> list[str]:
        """What was chosen until the member left, from the ledger: what putting them back means."""
        if self.left_at is None:
            return self.chosen
        withdrawn = self.member.consents.filter(partnership=self.partnership, given=False, at=self.left_at)
        said = set(withdrawn.values_list("purpose", flat=True))
        return [purpose for purpose in Purpose.values if purpose in said]

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > today()

    @classmethod
    def join(
        cls,
        member: Member,
        partnership: Partnership,
        purposes: Iterable[str],
        *,
        how: str,
        wording: Wording | None,
        by=None,
    ) -> "Membership":
        """Put a member on the list with consent to `purposes`. Joining twice leaves one membership.

        A second joining adds what was not chosen yet and takes nothing away.
        """
        with transaction.atomic():
            cls.objects.bulk_create([cls(member=member, partnership=partnership)], ignore_conflicts=True)
            membership = cls.objects.select_for_update().get(member=member, partnership=partnership, left_at=None)
            membership.choose(set(membership.chosen) | set(purposes), how=how, wording=wording, by=by)
        return membership

    def choose(
        self,
        purposes: Iterable[str],
        *,
        how: str,
        wording: Wording | None = None,
        by=None,
        at: datetime | None = None,
    ) -> None:
        """Set what this membership gets, writing a consent for each change. Repeating changes nothing."""
        wanted = set(purposes)
        with transaction.atomic():
            row = Membership.objects.select_for_update().get(pk=self.pk)
            now = at or timezone.now()
            for purpose in Purpose.values:
                had, has = bool(getattr(row, f"{purpose}_since")), purpose in wanted
                if had == has:
                    continue
                setattr(row, f"{purpose}_since", now if has else None)
                Consent.objects.create(
                    member=row.member,
                    partnership=row.partnership,
                    purpose=purpose,
                    given=has,
                    how=how,
                    wording=wording,
                    by=by,
                    at=now,
                )
                if not has:
                    lasting.note("chose less", membership=row.pk, purpose=purpose)
            row.save(update_fields=[f"{purpose}_since" for purpose in Purpose.values])
        self.refresh_from_db()

    def pause(self, until) -> None:
        """Send nothing that was chosen before this day; None ends the pause."""
        Membership.objects.filter(pk=self.pk).update(paused_until=until)
        self.paused_until = until

    def show(self, *, how: str, wording: Wording, by=None) -> None:
        """Name the person on the network page of the partnership, with their consent. Repeating changes nothing."""
        self._show(timezone.now(), how=how, wording=wording, by=by)

    def hide(self, *, how: str, wording: Wording | None = None, by=None) -> None:
        """Name the person there no longer. Repeating changes nothing."""
        self._show(None, how=how, wording=wording, by=by)

    def leave(self, *, how: str, by=None) -> None:
        """Take the member off the list at once, also from mails already queued. Leaving twice changes nothing."""
        now = timezone.now()
        with transaction.atomic():
            self.choose([], how=how, by=by, at=now)
            self.hide(how=how, by=by)
            left = Membership.objects.filter(pk=self.pk, left_at=None).update(left_at=now, paused_until=None)
            if left:
                lasting.note("left", membership=self.pk)
        self.refresh_from_db()

    def _show(self, since, *, how: str, wording: Wording | None, by) -> None:
        with transaction.atomic():
            turned = Membership.objects.filter(pk=self.pk, left_at=None, shown_since__isnull=since is not None)
            if turned.update(shown_since=since):
                Consent.objects.create(
                    member=self.member,
                    partnership=self.partnership,
                    purpose=Showing.NETWORK,
                    given=since is not None,
                    how=how,
                    wording=wording,
                    by=by,
                )
        self.refresh_from_db()


def reachable(memberships: MembershipQuerySet) -> MembershipQuerySet:
    """Leave out those whose address nobody may write to."""
    blocked = Suppression.objects.of(OuterRef("member__key"), OuterRef("partnership"))
    return memberships.filter(~Exists(blocked), member__erased_at=None)
