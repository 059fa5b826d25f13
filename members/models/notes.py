"""Dated notes about a member, "for whoever comes next"; the member reads them in "Download my data"."""

from django.db import models
from django.utils import timezone

from members.models.members import Member
from partnerships.models import Partnership
from trust.privacy import Privacy


class NoteQuerySet(models.QuerySet):
    def for_steward(self, member) -> "NoteQuerySet":
        if not member.is_authenticated:
            return self.none()
        return self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())

    def forget(self) -> int:
        return self.delete()[0]


class Note(models.Model):
    """One remark of a manager about somebody on her list."""

    privacy = Privacy(exported="partnership text at", kept="id member by")

    member = models.ForeignKey(Member, models.CASCADE, related_name="notes")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="notes")
    text = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"note of {timezone.localtime(self.at):%-d %B %Y}"
