"""Groups of a partnership: who may see, join and run them."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse

from lcep.site import today
from members.models import Member, Membership
from partnerships.models import Partnership, Priority
from partnerships.models.sourced import Sourced
from pods.models.memberships import GroupMembership
from pods.refs import new_ref
from trust.privacy import IMPERSONAL

# Roles that plan a group's meetings and write to it.
RUNNING = ("lead", "chair", "vice")


class GroupQuerySet(models.QuerySet):
    def current(self) -> "GroupQuerySet":
        on = today()
        return self.filter(Q(from_on=None) | Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gte=on))

    def finished(self) -> "GroupQuerySet":
        return self.filter(until_on__lt=today()).order_by("-until_on")

    def pods(self) -> "GroupQuerySet":
        return self.filter(kind=Group.Kind.POD)

    def open(self) -> "GroupQuerySet":
        """Groups that any member joins in one press today."""
        return self.current().filter(joining=Group.Joining.OPEN)

    def public(self) -> "GroupQuerySet":
        """What everybody may read about: the groups of listed partnerships, but never an Executive."""
        return self.filter(partnership__in=Partnership.objects.listed()).exclude(kind=Group.Kind.EXECUTIVE)

    def visible_to(self, member) -> "GroupQuerySet":
        """The groups a member may know of: the public ones, and an Executive one sits on. Accepts AnonymousUser."""
        if not member.is_authenticated:
            return self.public()
        sits_there = Exists(_appointments().current().filter(member=member, group=OuterRef("pk")))
        shown = self.filter(partnership__in=Partnership.objects.visible_to(member))
        return shown.filter(~Q(kind=Group.Kind.EXECUTIVE) | sits_there)

    def of_member(self, member) -> "GroupQuerySet":
        """The groups a member belongs to, or holds a role in, today. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        if member.remembers_rights:
            return self.filter(pk__in=member.remembered("groups", lambda: list(_groups_of(member))))
        return self.filter(_inside(member))

    def open_inside_to(self, member) -> "GroupQuerySet":
        """The groups whose members' view a member may open: one's own, and those one manages. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=self.of_member(member).values("pk")) | Q(pk__in=self._managed_by(member)))

    def for_steward(self, member) -> "GroupQuerySet":
        """What a manager looks after: every group of the partnership but the Executive, which oversees her."""
        if not member.is_authenticated:
            return self.none()
        own = self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())
        return own.exclude(kind=Group.Kind.EXECUTIVE)

    def run_by(self, member) -> "GroupQuerySet":
        """The groups whose meetings a member plans: those one leads or chairs, and those one manages. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        runs = _appointments().current().filter(member=member, role__in=RUNNING, group=OuterRef("pk"))
        return self.filter(Exists(runs) | Q(pk__in=self._managed_by(member)))

    def with_size(self) -> "GroupQuerySet":
        """Annotate `size`: how many people belong today."""
        return self.annotate(size=Count("memberships", filter=Q(memberships__left_on=None)))

    def with_leads(self) -> "GroupQuerySet":
        """Prefetch `leads`: the current appointments of those who lead, for people who may see them all."""
        return self.prefetch_related(Prefetch("appointments", _leads(), to_attr="leads"))

    def with_leaders(self) -> "GroupQuerySet":
        """Prefetch `named_leaders`: those among them who agreed to be named in public."""
        named = _leads().filter(is_public=True).exclude(member__name="")
        return self.prefetch_related(Prefetch("appointments", named, to_attr="named_leaders"))

    @staticmethod
    def _managed_by(member) -> models.QuerySet:
        """Not an administrator's: keeping the site running needs nobody's name."""
        kinds = Group.objects.exclude(kind=Group.Kind.EXECUTIVE)
        return kinds.filter(partnership__in=member.stewarded_partnerships()).values("pk")


def _inside(member) -> Exists | Q:
    belongs = Exists(GroupMembership.objects.current().filter(member=member, group=OuterRef("pk")))
    return belongs | Exists(_appointments().current().filter(member=member, group=OuterRef("pk")))


def _groups_of(member) -> models.QuerySet:
    return Group.objects.filter(_inside(member)).values_list("pk", flat=True)


def _appointments() -> Any:
    related: Any = Group._meta.get_field("appointments").related_model
    return related.objects


def _leads() -> Any:
    leads = _appointments().current().filter(role="lead", member__erased_at=None)
    return leads.select_related("member__organisation")


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

    class Mode(models.TextChoices):
        IN_PERSON = "in person", "In person"
        ONLINE = "online", "Online"
        HYBRID = "hybrid", "In person and online"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="groups")
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    label = models.CharField(
        "called here", max_length=60, blank=True, help_text="What this kind is called, if not as usual"
    )
    name = models.CharField(max_length=120)
    slug = models.SlugField("address", help_text="The last part of its address, like youth-voice")
    purpose = models.TextField(blank=True)
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="groups", null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name="grew out of"
    )
    joining = models.CharField("who joins", max_length=10, choices=Joining, default=Joining.OPEN)
    gap_min = models.PositiveSmallIntegerField("weeks between meetings, at least", default=8)
    gap_max = models.PositiveSmallIntegerField("weeks between meetings, at most", default=12)
    pauses_in_summer = models.BooleanField(default=False)
    usual_times = models.JSONField(default=list, blank=True, help_text='Like [{"weekday": 2, "at": "16:00"}]')
    usual_minutes = models.PositiveSmallIntegerField(default=90)
    usual_mode = models.CharField("usually meets", max_length=10, choices=Mode, default=Mode.IN_PERSON)
    from_on = models.DateField("first day", null=True, blank=True)
    finish_by = models.DateField("means to be done by", null=True, blank=True, help_text="For a task & finish group")
    until_on = models.DateField("last day", null=True, blank=True, help_text="Once it has one")
    outcome = models.TextField("what came of it", blank=True, help_text="For a task & finish group")
    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = [F("priority__position").asc(nulls_last=True), "name"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_group_per_slug"),
            models.UniqueConstraint(
                fields=["partnership", "kind"],
                condition=Q(kind__in=["steering", "executive"], until_on=None),
                name="one_steering_and_one_executive",
                violation_error_message="There is one of these already; give that one its last day first.",
            ),
            models.UniqueConstraint(
                fields=["priority"],
                condition=Q(kind="pod", until_on=None),
                name="one_pod_per_priority",
                violation_error_message="Another pod works on this priority.",
            ),
            models.CheckConstraint(
                condition=Q(kind="task-and-finish", parent__isnull=False)
                | (~Q(kind="task-and-finish") & Q(parent=None)),
                name="task_and_finish_grows_out_of_a_group",
                violation_error_message="A task & finish group, and no other, grows out of a group.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="no_group_is_its_own_parent",
                violation_error_message="A group does not grow out of itself.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="task-and-finish") | Q(finish_by__isnull=False),
                name="task_and_finish_has_an_end",
                violation_error_message="A task & finish group says when it means to be done.",
            ),
            models.CheckConstraint(
                condition=Q(gap_min__gte=1, gap_max__lte=52) & Q(gap_min__lte=F("gap_max")),
                name="gap_1_to_52_weeks",
                violation_error_message="Between 1 and 52 weeks, the shorter gap first.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["steering", "executive"]) | Q(joining="appointed"),
                name="steering_is_appointed",
                violation_error_message="People are appointed to the Steering Group and the Executive Group.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="task-and-finish") | Q(until_on=None) | ~Q(outcome=""),
                name="finished_with_an_outcome",
                violation_error_message="A task & finish group ends with what came of it.",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(from_on=None) | Q(until_on__gte=F("from_on")),
                name="group_until_after_from",
                violation_error_message="The last day is before the first.",
            ),
            models.CheckConstraint(
                condition=Q(finish_by=None) | Q(from_on=None) | Q(finish_by__gte=F("from_on")),
                name="group_finish_after_from",
                violation_error_message="It would be done before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pods:pod", args=[self.partnership.slug, self.slug])

    def clean(self) -> None:
        """A group stays inside one partnership, with its priority and the group it grew out of."""
        for name in ("priority", "parent"):
            other = getattr(self, name)
            if other is not None and other.partnership_id != self.partnership_id:
                raise ValidationError({name: "That belongs to another partnership."})

    @property
    def kind_label(self) -> str:
        return self.label or self.get_kind_display()

    @property
    def audited_for(self) -> Partnership | None:
        """Whose manager reads what was done to it and what it sends: nobody's for an Executive, which oversees her."""
        return None if self.kind == self.Kind.EXECUTIVE else self.partnership

    @property
    def is_current(self) -> bool:
        return (self.from_on is None or self.from_on <= today()) and not self.is_finished

    @property
    def is_finished(self) -> bool:
        return self.until_on is not None and self.until_on < today()

    @property
    def how_often(self) -> str:
        """How often it meets, in words: "every 8 to 12 weeks"."""
        if self.gap_min == self.gap_max:
            return "every week" if self.gap_min == 1 else f"every {self.gap_min} weeks"
        return f"every {self.gap_min} to {self.gap_max} weeks"

    @property
    def takes_members(self) -> bool:
        """Whether joining is offered here: the group is open and works, its partnership is at home on this site."""
        return self.joining == self.Joining.OPEN and self.is_current and self.partnership.is_at_home

    def has_member(self, member: Member | AnonymousUser) -> bool:
        return member.is_authenticated and self.memberships.current().filter(member=member).exists()

    def is_led_by(self, member: Member | AnonymousUser) -> bool:
        return member.is_authenticated and self.appointments.current().filter(role="lead", member=member).exists()

    def is_run_by(self, member: Member | AnonymousUser) -> bool:
        """Whether a member plans its meetings and writes to it today."""
        return Group.objects.run_by(member).filter(pk=self.pk).exists()

    def runners(self) -> models.QuerySet[Member]:
        """Those who lead or chair it today: the people its meetings wait for."""
        running = self.appointments.current().filter(role__in=RUNNING)
        return Member.objects.filter(pk__in=running.values("member"), erased_at=None)

    def people(self) -> models.QuerySet[Member]:
        """Everybody who belongs to it or holds a role in it today."""
        belonging, holding = self.memberships.current().order_by(), self.appointments.current().order_by()
        # One IN over both: with OR between two, PostgreSQL reads every member of the site.
        either = belonging.values("member").union(holding.values("member"))
        return Member.objects.filter(pk__in=either, erased_at=None)

    def can_be_joined_by(self, member: Member | AnonymousUser) -> bool:
        """Any current member of the partnership may join an open group that still works."""
        if not (member.is_authenticated and self.takes_members):
            return False
        return Membership.objects.current().filter(member=member, partnership=self.partnership).exists()

    def join(self, member: Member) -> GroupMembership:
        """Belong to this group from today. Joining twice, also at once, leaves one row."""
        GroupMembership.objects.bulk_create([GroupMembership(group=self, member=member)], ignore_conflicts=True)
        return self.memberships.filter(member=member).latest("pk")

    def leave(self, member: Member) -> None:
        """Belong to it, and lead it, no longer; the rows stay as history. Leaving twice changes nothing."""
        with transaction.atomic():
            self.memberships.filter(member=member, left_on=None).update(left_on=today())
            for lead in self.appointments.current().filter(member=member, role="lead"):
                lead.step_down(on=today() - timedelta(days=1), reason="Left the group", by=member)
