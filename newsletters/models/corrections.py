"""A correction: a few words to those who have an issue already, and above the issue in the archive."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from mailings.models import Mailing
from members.models import Member
from newsletters import emails
from newsletters.models.newsletters import Newsletter
from trust.models import Entry
from trust.privacy import Privacy


class NotYet(ValueError):
    """The issue is still on its way, or nobody has it: whom would one correct it for?"""


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def published(self) -> "CorrectionQuerySet":
        """Those that have begun to go out, oldest first."""
        return self.filter(mailing__started_at__isnull=False).order_by("mailing__started_at").select_related("mailing")


class Correction(models.Model):
    """It goes to those whom the issue reached and who still get the newsletter; the issue itself never changes."""

    privacy = Privacy(kept="made_by", impersonal="id newsletter words mailing made_at")

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="corrections")
    words = models.TextField(max_length=3000, help_text="Markdown")
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="correction", null=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="correction_says_something")]

    def __str__(self) -> str:
        return f"correction of {self.newsletter}"

    @classmethod
    def send(cls, newsletter: Newsletter, words: str, *, by: Member) -> "Correction":
        """Plan it in two minutes, so that Undo works. The same words again are the ones that are there.

        Raises NotYet while the issue is on its way, or where it went to nobody from here.
        """
        with transaction.atomic():
            row = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
            if not row.can_be_corrected:
                raise NotYet
            again = row.corrections.exclude(mailing__state=Mailing.State.STOPPED).filter(words=words).first()
            if again:
                return again
            correction = cls.objects.create(newsletter=row, words=words, made_by=by)
            correction.mailing = Mailing.schedule(
                emails.CORRECTION,
                key=f"newsletter-correction-{correction.pk}",
                partnership=row.partnership,
                subject=emails.correction_subject(row),
                by=by,
                follows=row.mailing,
            )
            correction.save(update_fields=["mailing"])
            Entry.record("corrected", row, by=by)
        return correction
