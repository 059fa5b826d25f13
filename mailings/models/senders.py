"""Who sends, by which way, and in which database: the rows that keep senders from each other's work."""

import uuid

from django.db import models
from django.db.models.functions import Now

from trust.privacy import IMPERSONAL


class Route(models.Model):
    """A way out (a relay) and its limits, shared by all runs of all hosts. Its address is no row: EMAIL_URL has it."""

    privacy = IMPERSONAL

    name = models.CharField(max_length=80, unique=True)
    per_second = models.PositiveIntegerField(null=True, blank=True)
    per_hour = models.PositiveIntegerField(null=True, blank=True)
    per_day = models.PositiveIntegerField(null=True, blank=True)
    connections = models.PositiveSmallIntegerField(default=4)
    per_connection = models.PositiveIntegerField(default=1000)
    reserve = models.PositiveSmallIntegerField(default=10, help_text="Percent kept for service mail")
    used = models.JSONField(default=dict, blank=True)
    closed_until = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=300, blank=True)
    closures = models.PositiveSmallIntegerField(default=0, help_text="How often it closed since the last mail it took")
    doubts = models.PositiveSmallIntegerField(default=0, help_text="Connections cut without an answer, in a row")

    def __str__(self) -> str:
        return self.name


class Sender(models.Model):
    """One run: a stretch of sending by one process. Once `ended_at` is set it may hand over nothing."""

    privacy = IMPERSONAL

    class End(models.TextChoices):
        CLEAN = "clean", "ended by itself"
        REPLAYED = "replayed", "died, and its journal was read"
        EXPIRED = "expired", "not heard of for a minute"
        COPIED = "copied", "open when this database was copied or restored"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    route = models.ForeignKey(Route, models.PROTECT, related_name="senders")
    started_at = models.DateTimeField(db_default=Now())
    cycle = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=12, choices=End, blank=True)
    in_hand = models.IntegerField(default=0)
    connections = models.PositiveSmallIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["lease_until"], condition=models.Q(ended_at=None), name="sender_open")]

    def __str__(self) -> str:
        return f"run {self.id}"


class Site(models.Model):
    """One row: which database this is, where it was found last, and when somebody last swept.

    `fingerprint` is the place a person (or the first start) adopted; while `found` differs from it,
    no marketing mail leaves.
    """

    privacy = IMPERSONAL

    fingerprint = models.CharField(max_length=64)
    found = models.CharField(max_length=64, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_site")]

    def __str__(self) -> str:
        return "this site"

    @property
    def is_adopted(self) -> bool:
        return self.found in {"", self.fingerprint}
