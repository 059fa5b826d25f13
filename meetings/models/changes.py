"""When and where a meeting was to be, before."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from meetings import dates
from members.models import Member
from trust.privacy import Privacy

if TYPE_CHECKING:
    from meetings.models.meetings import Meeting


class MeetingChange(models.Model):
    """When and where a meeting was to be before it was changed. Written once."""

    privacy = Privacy(kept="by", impersonal="id meeting at sequence starts_at ends_at mode place")

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    sequence = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10)
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["meeting", "sequence"], name="one_change_per_sequence")]

    def __str__(self) -> str:
        return f"{self.meeting}, once {self.starts_at:%-d %B %Y %H:%M}"

    @property
    def when(self) -> str:
        return dates.span(self.starts_at, self.ends_at)

    @classmethod
    def keep(cls, meeting: "Meeting", *, by: Member) -> None:
        fields = ("sequence", "starts_at", "ends_at", "mode", "place")
        cls.objects.create(meeting=meeting, by=by, **{name: getattr(meeting, name) for name in fields})
