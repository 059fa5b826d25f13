"""What whoever comes next should know and no row says."""

from django.db import models, transaction
from django.utils import timezone

from members.models import Member
from partnerships.models import Partnership
from trust.models import Entry
from trust.privacy import Privacy


class HandoverNote(models.Model):
    """The notes of a partnership as somebody saved them. Rows are added; the last one holds."""

    privacy = Privacy(kept="by", impersonal="id partnership text at")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="handover_notes")
    text = models.TextField("for whoever comes next", max_length=10000, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Notes of {self.partnership}, {self.at:%-d %B %Y}"

    @classmethod
    def latest(cls, partnership: Partnership) -> "HandoverNote | None":
        return cls.objects.filter(partnership=partnership).select_related("by").first()

    @classmethod
    def write(cls, partnership: Partnership, text: str, *, by: Member) -> None:
        """Save the notes. The same words again change nothing."""
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=partnership.pk)
            last = cls.latest(partnership)
            if (last.text if last else "") != text:
                Entry.record(
                    "wrote handover notes", cls.objects.create(partnership=partnership, text=text, by=by), by=by
                )
