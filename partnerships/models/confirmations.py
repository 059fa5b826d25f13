"""Asking a listed partnership, once each half term, whether what is said about it is still right."""

from django.db import models
from django.utils import timezone

from partnerships.models.partnerships import Partnership
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
