"""Which meetings: those to come, those that were, and those somebody may know of."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from partnerships.models import Partnership
from pods.models import Group

OPEN = ["proposed", "polling"]
SCHEDULED, HELD = "scheduled", "held"


class MeetingQuerySet(models.QuerySet):
    def upcoming(self) -> "MeetingQuerySet":
        """Those with a date, from now on, the next one first; one that is under way counts."""
        return self.filter(status=SCHEDULED, ends_at__gte=timezone.now()).order_by("starts_at")

    def past(self) -> "MeetingQuerySet":
        """Those that took place, whether or not their record is written yet, the latest first."""
        over = Q(status=SCHEDULED, ends_at__lt=timezone.now())
        return self.filter(over | Q(status=HELD)).order_by("-starts_at")

    def with_public_minutes(self) -> "MeetingQuerySet":
        """Those whose agreed minutes everybody may read, the latest first."""
        return self.past().exclude(minutes_public_at=None)

    def waiting_for_their_record(self) -> "MeetingQuerySet":
        return self.filter(status=SCHEDULED, ends_at__lt=timezone.now()).order_by("starts_at")

    def being_planned(self) -> "MeetingQuerySet":
        return self.filter(status__in=OPEN)

    def events(self) -> "MeetingQuerySet":
        return self.filter(group=None)

    def public(self) -> "MeetingQuerySet":
        """What everybody may know the date of: never of an Executive, never a date that is not fixed."""
        of_groups = Q(group__in=Group.objects.public())
        for_everyone = Q(group=None, partnership__in=Partnership.objects.listed())
        return self.filter(of_groups | for_everyone).exclude(starts_at=None).exclude(status__in=OPEN)

    def visible_to(self, member) -> "MeetingQuerySet":
        """The meetings a member may know of. Accepts AnonymousUser and fails closed."""
        everything: Any = self.model._default_manager
        public = Q(pk__in=everything.public().values("pk"))
        if not member.is_authenticated:
            return self.filter(public)
        return self.filter(public | Q(pk__in=everything.open_inside_to(member).values("pk")))

    def open_inside_to(self, member) -> "MeetingQuerySet":
        """Those whose papers, people and follow-ups a member may read: of one's groups, those one manages, and
        those one is invited to. An Executive's are for its members alone. Fails closed.
        """
        if not member.is_authenticated:
            return self.none()
        invited = Exists(self._invitations().filter(meeting=OuterRef("pk"), member=member, withdrawn_at=None))
        of_groups = Q(group__in=Group.objects.open_inside_to(member))
        managed = Q(group=None, partnership__in=member.stewarded_partnerships())
        return self.filter(of_groups | managed | (invited & ~Q(group__kind=Group.Kind.EXECUTIVE)))

    def run_by(self, member) -> "MeetingQuerySet":
        """Those a member plans, moves, cancels and records. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        managed = Q(group=None, partnership__in=member.stewarded_partnerships())
        return self.filter(Q(group__in=Group.objects.run_by(member)) | managed)

    def for_steward(self, member) -> "MeetingQuerySet":
        """What a manager looks after: everything of the partnership but the Executive's. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        own = self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())
        return own.exclude(group__kind=Group.Kind.EXECUTIVE)

    def _invitations(self) -> Any:
        return self.model._meta.get_field("invitations").related_model.objects
