"""A test: one issue, as it stood, sent to the manager who asked."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from mailings.models import Mailing
from members.models import Member
from newsletters import emails
from newsletters.models.newsletters import Newsletter
from trust.privacy import Privacy


class Proof(models.Model):
    """A test sent to oneself. It is a mailing of its own and goes through the whole engine."""

    privacy = Privacy(kept="to", impersonal="id newsletter version mailing at")

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="proofs")
    version = models.PositiveIntegerField()
    to = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="proof", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"test of version {self.version}"

    @property
    def outcome(self) -> str:
        """What became of it: waiting, handed over, or left out with the reason."""
        delivery = self.mailing.deliveries.first() if self.mailing else None
        if delivery is None:
            return "waiting"
        return (
            f"{delivery.get_state_display()} ({delivery.reason})" if delivery.reason else delivery.get_state_display()
        )

    def send(self) -> None:
        """Queue it at once. Sending twice makes one mailing."""
        self.mailing = Mailing.schedule(
            emails.TEST,
            key=f"newsletter-test-{self.pk}",
            partnership=self.newsletter.partnership,
            subject=emails.test_subject(self.newsletter),
            by=self.to,
            delay=timedelta(0),
        )
        self.save(update_fields=["mailing"])
