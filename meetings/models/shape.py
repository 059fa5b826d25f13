"""What is known of a meeting: its fields, and what they say."""

from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone

from meetings import dates
from members.models import Member
from partnerships.models import Partnership
from pods.models import Group
from pods.refs import new_ref
from trust.privacy import Privacy


class Shape(models.Model):
    """The row of a meeting. Changed by the verbs of `Meeting` alone."""

    privacy = Privacy(
        kept="made_by",
        impersonal="id partnership group ref uid organiser title words status starts_at ends_at mode place access "
        "join_url sequence moved_sequence capacity needs_asked cancelled_at cancel_reason held_at others "
        "minutes_agreed minutes_agreed_at minutes_public_at made_at revised_at follows",
    )

    class Status(models.TextChoices):
        PROPOSED = "proposed", "being planned"
        POLLING = "polling", "a poll is out"
        SCHEDULED = "scheduled", "planned"
        HELD = "held", "took place"
        CANCELLED = "cancelled", "cancelled"

    class Needs(models.TextChoices):
        NOTHING = "", "Nothing"
        ACCESS = "access", "What they need to take part: access"
        FOOD = "food", "What they need to take part, and what they eat"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="meetings")
    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings", null=True, blank=True)
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    uid = models.CharField(max_length=120, unique=True, editable=False)
    organiser = models.CharField("calendar address", max_length=254, editable=False)
    title = models.CharField(max_length=150, blank=True)
    words = models.TextField("what it is about", blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    mode = models.CharField(max_length=10, choices=Group.Mode, default=Group.Mode.IN_PERSON)
    place = models.CharField(max_length=200, blank=True)
    access = models.CharField("getting in", max_length=300, blank=True)
    join_url = models.URLField("link to join", max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    moved_sequence = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField("places", null=True, blank=True)
    needs_asked = models.CharField("asked of those who come", max_length=6, choices=Needs, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    held_at = models.DateTimeField("its record was made", null=True, blank=True)
    others = models.PositiveSmallIntegerField("others who came", default=0)
    minutes_agreed = models.PositiveIntegerField(null=True, blank=True)
    minutes_agreed_at = models.DateTimeField(null=True, blank=True)
    minutes_public_at = models.DateTimeField("minutes put on the public page", null=True, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, related_name="followed_by", null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    revised_at = models.DateTimeField("last changed in calendars", default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title or f"{self.group} meeting"

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.ref])

    @property
    def when(self) -> str:
        """Its time in words: "Thursday 14 January 2027, 4pm to 5.30pm"."""
        return dates.span(self.starts_at, self.ends_at) if self.starts_at and self.ends_at else "Date to follow"

    @property
    def audited_for(self) -> Partnership | None:
        """Whose manager reads what was done to it and what was sent about it: nobody's for an Executive meeting."""
        return self.group.audited_for if self.group else self.partnership

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.SCHEDULED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_held(self) -> bool:
        return self.status == self.Status.HELD

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at < timezone.now()

    @property
    def is_ahead(self) -> bool:
        """Whether people can still say that they come."""
        return self.is_planned and not self.is_over

    @property
    def is_online(self) -> bool:
        return self.mode != Group.Mode.IN_PERSON

    @property
    def is_in_person(self) -> bool:
        return self.mode != Group.Mode.ONLINE

    @property
    def asks(self) -> str:
        """What people are asked to say of their needs: of an event as its manager chose, of a group's meeting access
        where people meet in a room. Nobody is asked what nobody prepares for.
        """
        if self.group_id is None:
            return self.needs_asked
        return self.Needs.ACCESS if self.is_in_person else self.Needs.NOTHING

    @property
    def minutes(self) -> int:
        return int(self.length.total_seconds() // 60)

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at if self.starts_at and self.ends_at else timedelta()
