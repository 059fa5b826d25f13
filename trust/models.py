"""Caps and audit entries: rows, because a cache may be flushed at any moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from trust.ledgers import Ledger
from trust.privacy import IMPERSONAL, Privacy

# Of a partnership or an actor that is gone, an entry forgets which it was; nothing else about it ever changes.
ENTRIES = Ledger(
    "trust_entry",
    "Entries of the audit stay as they were written",
    frozen=("id", "at", "verb", "subject", "subject_id", "title", "detail"),
    unless=" OR ".join(
        f"NEW.{column} IS NOT NULL AND (OLD.{column} IS NULL OR NEW.{column} <> OLD.{column})"
        for column in ("partnership_id", "actor_id")
    ),
)


class Cap(models.Model):
    """How often something happened for one key in one window of time."""

    privacy = IMPERSONAL  # the key is a hash, and the row goes when its window is over

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "key", "opened_at"], name="one_cap_per_window")]

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"

    @classmethod
    def take(cls, name: str, key: bytes | str, limit: int, window: timedelta) -> bool:
        """Count one more and say whether it was within the limit. Of parallel callers, `limit` hear yes."""
        seconds = int(window.total_seconds())
        opened = datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, tz=UTC)
        key = key.hex() if isinstance(key, bytes) else key
        cls.objects.bulk_create(
            [cls(name=name, key=key[:64], opened_at=opened, closes_at=opened + window)], ignore_conflicts=True
        )
        free = cls.objects.filter(name=name, key=key[:64], opened_at=opened, count__lt=limit)
        return free.update(count=F("count") + 1) == 1


class EntryQuerySet(models.QuerySet):
    def for_steward(self, member: Any) -> "EntryQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


class Entry(models.Model):
    """One line of the audit: who did what to what, and when. Written with the deed, never changed."""

    privacy = Privacy(kept="actor", impersonal="id at partnership verb subject subject_id title detail")

    at = models.DateTimeField(default=timezone.now, db_index=True)
    partnership = models.ForeignKey("partnerships.Partnership", models.SET_NULL, null=True, related_name="entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="deeds")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["subject", "subject_id"])]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.verb} {self.title}"

    @classmethod
    def record(cls, verb: str, subject: models.Model, *, by: Any = None, **detail: Any) -> "Entry":
        """Write down a deed inside the transaction that does it. No address or name goes into `detail`."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("An audit entry is written with its deed, in one transaction")
        return cls.objects.create(
            verb=verb,
            subject=subject._meta.label_lower,
            subject_id=str(subject.pk),
            title=_title(subject),
            partnership=_partnership(subject),
            actor=by if getattr(by, "pk", None) else None,
            detail=detail,
        )


def _title(subject: models.Model) -> str:
    """Name the subject unless its name is a person's: those are found through the id.

    A row that stays when its person is forgotten says by `audited_as` what it is called without them.
    """
    if hasattr(subject, "audited_as"):
        return str(subject.audited_as)[:200]
    privacy = getattr(subject, "privacy", None)
    personal = privacy is not None and (privacy.exported or privacy.erased)
    return str(subject._meta.verbose_name) if personal else str(subject)[:200]


def _partnership(subject: models.Model) -> Any:
    """Whose manager reads the entry: as the subject says (`audited_for`), else its partnership's."""
    if hasattr(subject, "audited_for"):
        return subject.audited_for
    if subject._meta.label_lower == "partnerships.partnership":
        return subject
    return getattr(subject, "partnership", None)
