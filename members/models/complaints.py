"""A complaint about personal data: acknowledged at once, answered within 30 days (DUA Act 2025, s. 103)."""

from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from members.models.members import Member
from partnerships.models import Partnership
from trust.models import Entry
from trust.privacy import Privacy

ANSWER_WITHIN = timedelta(days=30)
KEPT_FOR = timedelta(days=3 * 365)


class DataComplaintQuerySet(models.QuerySet):
    def waiting(self) -> "DataComplaintQuerySet":
        return self.filter(answered_at=None)

    def over(self) -> "DataComplaintQuerySet":
        return self.filter(answered_at__lt=timezone.now() - KEPT_FOR)

    def for_steward(self, member) -> "DataComplaintQuerySet":
        """Those about what a member manages; those about no partnership are an administrator's. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        return self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())

    def forget(self) -> int:
        """That somebody complained and was answered stays; who and about what goes."""
        return self.update(name="", email="", text="", answer="", answered_at=Coalesce("answered_at", Now()))


class DataComplaint(models.Model):
    """Who may read it: the manager of the partnership it is about; with none, the keeper of the site."""

    privacy = Privacy(
        exported="partnership name email text received_at acknowledged_at answer answered_at",
        kept="id member answered_by",
    )

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="data_complaints", null=True, blank=True)
    member = models.ForeignKey(Member, models.SET_NULL, related_name="data_complaints", null=True, blank=True)
    name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    text = models.TextField()
    received_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    objects = DataComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["received_at"]
        verbose_name = "data complaint"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(answered_by=None, answer=""),
                name="data_complaint_answered_at_some_time",
            )
        ]

    def __str__(self) -> str:
        return f"Data complaint of {timezone.localtime(self.received_at):%-d %B %Y}"

    @property
    def due_on(self) -> date:
        return timezone.localdate(self.received_at + ANSWER_WITHIN)

    def acknowledge(self) -> None:
        DataComplaint.objects.filter(pk=self.pk, acknowledged_at=None).update(acknowledged_at=timezone.now())
        self.refresh_from_db()

    def close(self, answer: str, by: Member) -> bool:
        """Write down the answer. False, and nothing changed, when somebody has answered already."""
        with transaction.atomic():
            waiting = DataComplaint.objects.waiting().filter(pk=self.pk)
            first = bool(waiting.update(answer=answer, answered_at=timezone.now(), answered_by=by))
            if first:
                Entry.record("answered a data complaint", self, by=by)
        self.refresh_from_db()
        return first
