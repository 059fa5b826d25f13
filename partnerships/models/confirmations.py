"""Asking a listed partnership, once each half term, whether what is said about it is still right."""

from django.db import models, transaction
from django.utils import timezone

from partnerships.models.partnerships import OVER, Partnership
from trust.models import Entry
from trust.privacy import Privacy


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def for_steward(self, member) -> "ConfirmationQuerySet":
        return self.filter(partnership__in=Partnership.objects.for_steward(member))


class Confirmation(models.Model):
    """One question sent in one half term, and its answer: still right, or what is not."""

    privacy = Privacy(kept="sent_to correction", impersonal="id partnership half_term asked_at answered_at")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="confirmations")
    half_term = models.CharField(max_length=30, help_text="Autumn 2 2026/27")
    sent_to = models.EmailField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    correction = models.TextField(blank=True, help_text="What the answer said is not right; empty when all is")
    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "half_term"], name="asked_once_each_half_term"),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.half_term}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to confirm: it has ended, merged, is not shown, or has its own manager now."""
        return self.partnership.status in OVER or self.partnership.is_at_home

    def still_right(self) -> bool:
        """Take "Still right" for an answer. A second press, or one after a correction, changes nothing: False."""
        with transaction.atomic():
            row = Confirmation.objects.select_for_update().get(pk=self.pk)
            first = not row.is_answered and not row.is_over
            if first:
                row.answered_at = timezone.now()
                row.save(update_fields=["answered_at"])
                row.partnership.confirm()
        self.refresh_from_db()
        return first

    def correct(self, text: str) -> bool:
        """Keep what is not right. Also after "Still right", but only once: False when there is a correction already."""
        with transaction.atomic():
            row = Confirmation.objects.select_for_update().get(pk=self.pk)
            first = not row.correction and not row.is_over
            if first:
                row.correction, row.answered_at = text, timezone.now()
                row.save(update_fields=["correction", "answered_at"])
                Entry.record("was told that something is not right about", row.partnership)
        self.refresh_from_db()
        return first
