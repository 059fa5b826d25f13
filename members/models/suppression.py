"""Addresses that nobody here writes to: kept as a keyed hash, so that they survive being forgotten."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from partnerships.models import Partnership
from trust import lasting
from trust.privacy import Privacy


class SuppressionQuerySet(models.QuerySet):
    def of(self, key, partnership) -> "SuppressionQuerySet":
        """Rows that stop mail from `partnership` to the address behind `key` (values or OuterRefs)."""
        return self.filter(Q(partnership=None) | Q(partnership=partnership), key=key)


class Suppression(models.Model):
    """Do not write to this address: for one partnership, or (no partnership) for the whole site."""

    privacy = Privacy(kept="key", impersonal="id partnership reason at")

    class Reason(models.TextChoices):
        NOT_ME = "not-me", "said it was not them, and asked us never to write again"
        BOUNCED = "bounced", "the address does not work"
        SPAM = "spam", "marked our mail as spam"
        ASKED = "asked", "asked us not to write"
        LEFT = "left", "left the list before it moved here"
        FORGOTTEN = "forgotten", "asked to be forgotten"

    key = models.BinaryField(max_length=32)
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="suppressions", null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason)
    at = models.DateTimeField(default=timezone.now)
    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = "address not written to"
        constraints = [
            models.UniqueConstraint(fields=["key", "partnership"], name="suppressed_once_by_a_partnership"),
            models.UniqueConstraint(fields=["key"], condition=Q(partnership=None), name="suppressed_once_by_the_site"),
        ]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return self.get_reason_display()

    @classmethod
    def pardon(cls, key: bytes) -> bool:
        """Let somebody who was forgotten, or left before the list moved here, ask to join again themselves.

        Says whether they were forgotten. Every other reason holds.
        """
        cls.objects.filter(key=key, reason=cls.Reason.LEFT).delete()
        return bool(cls.objects.filter(key=key, reason=cls.Reason.FORGOTTEN).delete()[0])

    @classmethod
    def add(cls, key: bytes, reason: str, partnership: Partnership | None = None) -> None:
        """Never write to this address again. Adding it twice keeps the first reason."""
        with transaction.atomic():
            cls.objects.bulk_create([cls(key=key, reason=reason, partnership=partnership)], ignore_conflicts=True)
            lasting.note("suppressed", key=key.hex(), reason=reason, partnership=partnership.pk if partnership else 0)
