"""What the Executive lets the manager read. Everything else of it is closed to her."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from meetings.models import Meeting
from members.models import Member
from trust.models import Entry
from trust.privacy import Privacy


class SharingQuerySet(models.QuerySet):
    def current(self) -> "SharingQuerySet":
        return self.filter(ended_at=None)


class Sharing(models.Model):
    """One meeting of the Executive, with its agenda, papers and minutes, is open to the manager: from and until."""

    privacy = Privacy(kept="by", impersonal="id meeting at ended_at")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="sharings")
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = SharingQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["meeting"], condition=Q(ended_at=None), name="shared_once")]

    def __str__(self) -> str:
        return f"{self.meeting}, shared with the manager"

    @property
    def audited_for(self):
        return self.meeting.audited_for

    @classmethod
    def begin(cls, meeting: Meeting, *, by: Member) -> None:
        """Let the manager read this meeting, and the papers it has now. A second call changes nothing."""
        with transaction.atomic():
            Meeting.objects.select_for_update().get(pk=meeting.pk)
            if not cls.objects.current().filter(meeting=meeting).exists():
                Entry.record("shared with the manager", cls.objects.create(meeting=meeting, by=by), by=by)
                for paper in meeting.papers.on_shelf():
                    paper.share(by=by)

    @classmethod
    def end(cls, meeting: Meeting, *, by: Member) -> None:
        """Close it to the manager again, with its papers. A second call changes nothing."""
        with transaction.atomic():
            for row in cls.objects.current().filter(meeting=meeting):
                cls.objects.filter(pk=row.pk).update(ended_at=timezone.now())
                Entry.record("closed to the manager", row, by=by)
                for paper in meeting.papers.on_shelf():
                    paper.take_back(by=by)
