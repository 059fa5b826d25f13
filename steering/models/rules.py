"""What a group has agreed about its table: when it is quorate, and what of it the public sees."""

from django.core.exceptions import ValidationError
from django.db import models

from partnerships.models.organisations import Sector
from pods.models import Group
from trust.privacy import IMPERSONAL


class Rules(models.Model):
    """The rules of one group. Without a row nothing was agreed, and every meeting may decide."""

    privacy = IMPERSONAL

    group = models.OneToOneField(Group, models.PROTECT, related_name="rules")
    quorum = models.PositiveSmallIntegerField("how many must be there", default=0)
    sectors = models.JSONField("which sectors must be there", default=list, blank=True)
    needs_chair = models.BooleanField("the chair or a vice-chair must be there", default=False)
    shows_attendance = models.BooleanField("the public page says how often each came", default=False)

    class Meta:
        verbose_name_plural = "rules"

    def __str__(self) -> str:
        return f"Rules of {self.group}"

    @property
    def audited_for(self):
        return self.group.audited_for

    def clean(self) -> None:
        if set(self.sectors) - set(Sector.values):
            raise ValidationError({"sectors": "Choose sectors from the list."})

    @classmethod
    def of(cls, group: Group) -> "Rules":
        """Return what a group has agreed; an unsaved row without rules where it has not."""
        return cls.objects.filter(group=group).first() or cls(group=group)

    @property
    def sector_labels(self) -> list[str]:
        return [str(Sector(code).label) for code in self.sectors if code in Sector.values]
