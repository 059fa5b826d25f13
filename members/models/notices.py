"""What a partnership says it does with people's data, in numbered versions."""

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from members.models.members import Member
from partnerships.models import Partnership
from trust.models import Entry
from trust.privacy import Privacy


class PrivacyNoticeQuerySet(models.QuerySet):
    def for_steward(self, member) -> "PrivacyNoticeQuerySet":
        if not member.is_authenticated:
            return self.none()
        return self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())


class PrivacyNotice(models.Model):
    """One version, Markdown. A change is a new version; the older ones stay readable."""

    privacy = Privacy(kept="by", impersonal="id partnership number text published_at")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="privacy_notices")
    number = models.PositiveIntegerField()
    text = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["partnership", "number"], name="one_notice_per_number")]

    def __str__(self) -> str:
        return f"Privacy notice, version {self.number}"

    @classmethod
    def publish(cls, partnership: Partnership, text: str, by: Member) -> "PrivacyNotice":
        """Make this the notice from now on. The same text again makes no version."""
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=partnership.pk)
            current = partnership.privacy_notices.first()
            if current and current.text == text:
                return current
            number = (partnership.privacy_notices.aggregate(last=Max("number"))["last"] or 0) + 1
            notice = cls.objects.create(partnership=partnership, number=number, text=text, by=by)
            Entry.record("published a privacy notice", notice, by=by, number=number)
        return notice
