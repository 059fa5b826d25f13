"""Groups of a partnership, and who belongs to them."""

from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from lcep.site import today
from members.models import Member, Membership
from partnerships.models import Partnership, Priority
from partnerships.models.sourced import Sourced
from trust.privacy import IMPERSONAL, Privacy


class GroupQuerySet(models.QuerySet):
    def current(self) -> "GroupQuerySet":
        on = today()
        return self.filter(Q(from_on=None) | Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gte=on))

    def pods(self) -> "GroupQuerySet":
        return self.filter(kind=Group.Kind.POD)

    def visible_to(self, member) -> "GroupQuerySet":
        """The groups whose page a member may open: all of a public partnership's but the Executive's own rows."""
        shown = self.filter(partnership__in=Partnership.objects.visible_to(member))
        if not member.is_authenticated:
            return shown.exclude(kind=Group.Kind.EXECUTIVE)
        appointments = Group._meta.get_field("appointments").related_model.objects.current()
        sits_there = Exists(appointments.filter(member=member, group=OuterRef("pk")))
        return shown.filter(~Q(kind=Group.Kind.EXECUTIVE) | sits_there)

    def for_steward(self, member) -> "GroupQuerySet":
        """What a manager looks after: every group of the partnership but the Executive, which oversees her."""
        if not member.is_authenticated:
            return self.none()
        own = self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())
        return own.exclude(kind=Group.Kind.EXECUTIVE)

    def with_size(self) -> "GroupQuerySet":
        return self.annotate(size=Count("memberships", filter=Q(memberships__left_on=None)))


class Group(Sourced):
    """A Priority Pod, a task & finish group, the Steering Group or the Executive of one partnership."""

    privacy = IMPERSONAL

    class Kind(models.TextChoices):
        POD = "pod", "Priority Pod"
        TASK_AND_FINISH = "task-and-finish", "Task & finish group"
        STEERING = "steering", "Steering Group"
        EXECUTIVE = "executive", "Executive Group"

    class Joining(models.TextChoices):
        OPEN = "open", "any member joins in one press"
        ASK = "ask", "members ask to join"
        APPOINTED = "appointed", "members are appointed"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="groups")
    kind = models.CharField(max_length=16, choices=Kind)
    label = models.CharField(max_length=60, blank=True, help_text="What this kind is called here, if not as usual")
    name = models.CharField(max_length=120)
    slug = models.SlugField()
    purpose = models.TextField(blank=True)
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="groups", null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    joining = models.CharField(max_length=10, choices=Joining, default=Joining.OPEN)
    gap_min = models.PositiveSmallIntegerField(default=8, help_text="Weeks between meetings, at least")
    gap_max = models.PositiveSmallIntegerField(default=12, help_text="Weeks between meetings, at most")
    pauses_in_summer = models.BooleanField(default=False)
    usual_times = models.JSONField(default=list, blank=True, help_text='Like [{"weekday": 2, "at": "16:00"}]')
    usual_minutes = models.PositiveSmallIntegerField(default=90)
    usual_mode = models.CharField(max_length=10, default="in person")
    from_on = models.DateField(null=True, blank=True)
    finish_by = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["priority__position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_group_per_slug"),
            models.UniqueConstraint(
                fields=["partnership", "kind"],
                condition=Q(kind__in=["steering", "executive"], until_on=None),
                name="one_steering_and_one_executive",
            ),
            models.UniqueConstraint(
                fields=["priority"], condition=Q(kind="pod", until_on=None), name="one_pod_per_priority"
            ),
            models.CheckConstraint(
                condition=Q(kind="task-and-finish", parent__isnull=False)
                | (~Q(kind="task-and-finish") & Q(parent=None)),
                name="task_and_finish_grows_out_of_a_group",
            ),
            models.CheckConstraint(
                condition=Q(gap_min__gte=1, gap_max__lte=52) & Q(gap_min__lte=F("gap_max")), name="gap_1_to_52_weeks"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["steering", "executive"]) | Q(joining="appointed"), name="steering_is_appointed"
            ),
            models.CheckConstraint(
                condition=~Q(kind="task-and-finish") | Q(until_on=None) | ~Q(outcome=""),
                name="finished_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(from_on=None) | Q(until_on__gte=F("from_on")),
                name="group_until_after_from",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pods:pod", args=[self.partnership.slug, self.slug])

    @property
    def kind_label(self) -> str:
        return self.label or self.get_kind_display()

    @property
    def is_current(self) -> bool:
        return (self.from_on is None or self.from_on <= today()) and (self.until_on is None or self.until_on >= today())

    def has_member(self, member: Member) -> bool:
        return self.memberships.current().filter(member=member).exists()

    def is_led_by(self, member: Member) -> bool:
        return member.is_authenticated and self.appointments.current().filter(role="lead", member=member).exists()

    def can_be_joined_by(self, member: Member) -> bool:
        """Any current member of the partnership may join an open group that still works."""
        on_the_list = Membership.objects.current().filter(member=member, partnership=self.partnership)
        return self.joining == self.Joining.OPEN and self.is_current and on_the_list.exists()

    def join(self, member: Member) -> "GroupMembership":
        """Belong to this group from today. Joining twice leaves one row."""
        with transaction.atomic():
            GroupMembership.objects.bulk_create([GroupMembership(group=self, member=member)], ignore_conflicts=True)
            return self.memberships.get(member=member, left_on=None)

    def leave(self, member: Member) -> None:
        """Belong to it no longer; the row stays as history. Leaving twice changes nothing."""
        self.memberships.filter(member=member, left_on=None).update(left_on=today())


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

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Member, models.PROTECT, related_name="group_memberships")
    joined_on = models.DateField(default=today)
    left_on = models.DateField(null=True, blank=True)
    dates = models.CharField(max_length=6, choices=Dates, default=Dates.ALL)
    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "member"], condition=Q(left_on=None), name="once_in_a_group"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="left_group_after_joining"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.group}"
