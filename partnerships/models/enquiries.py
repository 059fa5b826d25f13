"""What people ask a partnership through its contact page."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from partnerships.models.partnerships import Partnership
from trust.models import Entry
from trust.privacy import Privacy

KEPT_FOR = timedelta(days=365)


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def unanswered(self) -> "EnquiryQuerySet":
        return self.filter(answered_at=None)

    def over(self) -> "EnquiryQuerySet":
        """Those whose twelve months are over."""
        return self.filter(received_at__lt=timezone.now() - KEPT_FOR)

    def forget(self) -> int:
        """Delete those whose twelve months are over, and say how many in the audit of each partnership."""
        with transaction.atomic():
            over = self.over().select_for_update(of=("self",)).select_related("partnership")
            gone: dict[Partnership | None, int] = {}
            for enquiry in over:
                gone[enquiry.partnership] = gone.get(enquiry.partnership, 0) + 1
            for partnership, count in gone.items():
                noun = "enquiry" if count == 1 else "enquiries"
                subject = partnership or Enquiry(pk=0)
                Entry.record(f"deleted {count} {noun} of a year ago:", subject, count=count)
            return self.filter(pk__in=[enquiry.pk for enquiry in over]).delete()[0]

    def for_steward(self, member) -> "EnquiryQuerySet":
        """Those sent to what a member looks after; to the keeper of the site, an administrator's. Fails closed."""
        if member.is_authenticated and member.is_administrator:
            return self
        return self.filter(partnership__in=Partnership.objects.for_steward(member))


class Enquiry(models.Model):
    """A question, who was said to read it, and whether it was answered. Deleted after twelve months."""

    privacy = Privacy(
        exported="name email text received_at answered_at", kept="answered_by", impersonal="id partnership reader"
    )

    class Reader(models.TextChoices):
        """Who was named above the form as the one who reads it."""

        MANAGER = "manager", "the partnership's manager"
        OFFICER = "officer", "the supporter's officer for the region"
        KEEPER = "keeper", "the keeper of this site"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="enquiries", null=True, blank=True)
    reader = models.CharField(max_length=8, choices=Reader)
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(max_length=254)
    text = models.TextField()
    received_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False) | Q(reader="keeper"),
                name="enquiry_without_partnership_to_keeper",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None) | Q(answered_at__isnull=False),
                name="enquiry_answered_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Enquiry of {self.received_at:%-d %B %Y}"

    def answered(self, by) -> bool:
        """Note that it was answered. Return False, and change nothing, when somebody already had."""
        with transaction.atomic():
            row = Enquiry.objects.filter(pk=self.pk, answered_at=None)
            first = bool(row.update(answered_at=timezone.now(), answered_by=by))
            if first:
                Entry.record("answered an enquiry", self, by=by)
        self.refresh_from_db()
        return first
