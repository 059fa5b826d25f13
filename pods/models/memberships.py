"""Who belongs to a group, and since when."""

from django.db import models
from django.db.models import F, Q

from lcep.site import today
from members.models import Member
from trust.privacy import Privacy


class GroupMembershipQuerySet(models.QuerySet):
    def current(self) -> "GroupMembershipQuerySet":
        return self.filter(left_on=None)


class GroupMembership(models.Model):
    """A member belongs to a group, from and until. Rows are closed, never deleted."""

    privacy = Privacy(exported="group joined_on left_on dates", kept="id member")

    class Dates(models.TextChoices):
        ALL = "all", "everything about this group"
        ONLY_DATES = "dates", "only its dates"
        NONE = "none", "nothing"

    group = models.ForeignKey("pods.Group", models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Member, models.PROTECT, related_name="group_memberships")
    joined_on = models.DateField(default=today)
    left_on = models.DateField(null=True, blank=True)
    dates = models.CharField(max_length=6, choices=Dates, default=Dates.ALL)
    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "member"], condition=Q(left_on=None), name="once_in_a_group"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="left_group_after_joining"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.group}"
