"""One message on its way to one person."""

import secrets
import uuid

from django.db import models
from django.db.models import Case, F, GeneratedField, Q, Value, When
from django.db.models.functions import Now

from mailings.models.mailings import Mailing
from mailings.models.senders import Sender
from members.models import Member
from trust.privacy import Privacy


class DeliveryQuerySet(models.QuerySet):
    """What is open is few among many, and each is found by an index that settling a row leaves alone (ADR 16)."""

    def queued(self) -> "DeliveryQuerySet":
        return self.filter(leaves_at__isnull=False)

    def in_hand(self) -> "DeliveryQuerySet":
        """Handed over without a known end: only by runs that live, whose end settles their rows with it."""
        return self.filter(state="handed", sender__ended_at=None)

    def doubtful(self) -> "DeliveryQuerySet":
        return self.filter(is_doubtful__isnull=False)

    def forget(self) -> int:
        """Empty what is about a person, in every state; who still waited is left out. Returns how many rows.

        The key becomes a random one: it must stay unique in its mailing, and say nothing.
        """
        queued = self.filter(state="queued")
        queued.update(state="skipped", reason="Asked to be forgotten", finished_at=Now())
        rows = [Delivery(pk=number, key=secrets.token_bytes(32)) for number in self.values_list("pk", flat=True)]
        Delivery.objects.bulk_update(rows, ["key"], batch_size=500)
        return self.update(address="", slots={}, reply="")


class Delivery(models.Model):
    """`attempt` rises with every hand-over: (id, attempt) says which hand-over a result belongs to.

    Only a handed row may already be at the relay. Handing over and settling are SQL (`cycle`, `verdicts`),
    because they touch many rows at once; nothing else writes `state`, `attempt` or `sender`, but the verbs
    of Mailing. The database derives `leaves_at` and `is_doubtful` from the state, for indexes that do not name
    it: a row that is settled as sent changes no index at all.
    """

    privacy = Privacy(
        exported="address state reason handed_at finished_at mailing",
        erased="slots reply key",
        kept="member",
        impersonal="id public_id due_at leaves_at attempt faults refused_at sender code is_doubtful",
    )

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        HANDED = "handed", "being handed over"
        SENT = "sent", "handed over"
        FAILED = "failed", "failed"
        SKIPPED = "skipped", "left out"
        UNCERTAIN = "uncertain", "we cannot be sure"

    public_id = models.UUIDField(default=uuid.uuid4)  # 122 random bits; an index would be written three times a mail
    # No constraints in the database for mailing, member and sender: rows are made and handed over in the very
    # statements that read those, under their locks, and none of them is deleted while it is pointed at. The check
    # of each of a million rows would lock every member and take a third of the whole time.
    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, models.SET_NULL, related_name="deliveries", null=True, db_constraint=False)
    address = models.CharField(max_length=254, blank=True)
    key = models.BinaryField(max_length=32)
    slots = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(db_default=Now())
    attempt = models.IntegerField(default=0)
    faults = models.PositiveSmallIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    sender = models.ForeignKey(
        Sender, models.PROTECT, related_name="deliveries", null=True, db_index=False, db_constraint=False
    )
    handed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    code = models.PositiveSmallIntegerField(null=True)
    reply = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    leaves_at = GeneratedField(
        expression=Case(When(state="queued", then=F("due_at"))), output_field=models.DateTimeField(), db_persist=True
    )
    is_doubtful = GeneratedField(  # or nothing
        expression=Case(When(state="uncertain", then=Value(True))), output_field=models.BooleanField(), db_persist=True
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["mailing", "key"], name="once_per_person"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "handed", "sent", "failed", "skipped", "uncertain"]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(condition=~Q(state="queued") | ~Q(address=""), name="queued_has_an_address"),
            models.CheckConstraint(
                condition=~Q(state__in=["handed", "uncertain"]) | Q(sender__isnull=False), name="in_hand_has_a_sender"
            ),
        ]
        indexes = [
            models.Index(
                fields=["mailing", "leaves_at", "id"], condition=Q(leaves_at__isnull=False), name="delivery_waiting"
            ),
            models.Index(fields=["sender"], condition=Q(sender__isnull=False), name="delivery_of_run"),
            models.Index(fields=["mailing"], condition=Q(is_doubtful__isnull=False), name="delivery_doubtful"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}: {self.get_state_display()}"

    @classmethod
    def sample(cls, member: Member, slots: dict[str, str] | None = None) -> "Delivery":
        """Return an unsaved delivery to a member, for previews: what `Message.fill` needs and no more."""
        return cls(member=member, address=member.mail_to, slots={"name": member.name} | (slots or {}))


class Exclusion(models.Model):
    """Somebody who was looked at when a mailing was prepared and does not get it, and why."""

    privacy = Privacy(exported="reason mailing", kept="member", impersonal="id")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="exclusions")
    member = models.ForeignKey(Member, models.SET_NULL, related_name="exclusions", null=True)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "member"], name="excluded_once")]

    def __str__(self) -> str:
        return self.reason
