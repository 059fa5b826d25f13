"""One message to many people."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mailings.models.senders import Route
from members.models import Member
from partnerships.models import Partnership
from trust.privacy import Privacy


class Rendition(models.Model):
    """A message rendered once: bytes as they leave, with slots between NULs for what differs per person."""

    privacy = Privacy(erased="body", impersonal="id sha256 secret")

    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    secret = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"rendition {self.sha256[:8]}"


class MailingQuerySet(models.QuerySet):
    def for_steward(self, member) -> "MailingQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


class Mailing(models.Model):
    privacy = Privacy(
        kept="scheduled_by",
        impersonal="id key kind marketing priority purpose partnership route subject rendition state reason send_at "
        "late_after candidates prepared excluded started_at finished_at follows",
    )

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "planned"
        PREPARING = "preparing", "getting ready"
        SENDING = "sending", "on its way"
        PAUSED = "paused", "paused"
        DONE = "done", "done"
        STOPPED = "stopped", "stopped"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    marketing = models.BooleanField()
    purpose = models.CharField(max_length=12, blank=True)
    priority = models.PositiveSmallIntegerField()
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="mailings", null=True)
    route = models.ForeignKey(Route, models.PROTECT, related_name="mailings")
    subject = models.CharField(max_length=200)
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="mailings", null=True)
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    reason = models.CharField(max_length=300, blank=True)
    send_at = models.DateTimeField(db_default=Now())
    late_after = models.DateTimeField()
    candidates = models.PositiveIntegerField(null=True)
    prepared = models.PositiveIntegerField(null=True)
    excluded = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    scheduled_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    follows = models.ForeignKey("self", models.PROTECT, related_name="followed_by", null=True)
    objects = MailingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["priority", "id"], condition=Q(state="sending"), name="mailing_sending"),
            models.Index(
                fields=["send_at"], condition=Q(state__in=["scheduled", "preparing"]), name="mailing_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["scheduled", "preparing", "sending", "paused", "done", "stopped"]),
                name="mailing_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "done"]) | Q(candidates=F("prepared") + F("excluded")),
                name="mailing_counts_balance",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
