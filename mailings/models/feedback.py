"""What came back after a mail was handed over: bounces and spam reports."""

from django.db import models
from django.db.models.functions import Now

from mailings.models.deliveries import Delivery
from members.models import Member
from trust.privacy import Privacy


class Feedback(models.Model):
    """One report about one delivery. The delivery stays as it is: it was handed over, and then this came back.

    `report` is a hash of the message that brought it, so that one message counts once however often it is read.
    """

    privacy = Privacy(exported="kind reason at", erased="status", kept="member", impersonal="id delivery report")

    class Kind(models.TextChoices):
        HARD = "hard", "came back for good"
        SOFT = "soft", "came back this time"
        SPAM = "spam", "was marked as spam"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="feedback")
    member = models.ForeignKey(Member, models.SET_NULL, related_name="feedback", null=True)
    kind = models.CharField(max_length=4, choices=Kind)
    status = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300)
    report = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [models.UniqueConstraint(fields=["delivery", "report"], name="reported_once")]

    def __str__(self) -> str:
        return self.reason
