"""The Action Plan: what a partnership means to do, who does it, and how it goes."""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from members.models import Member
from partnerships.models import Partnership, Priority
from pods.models import Group
from pods.refs import new_ref
from steering.ledger import TAKEN_OUT
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy


class State(models.TextChoices):
    ON_TRACK = "on-track", "on track"
    HELP = "help", "needs help"
    STUCK = "stuck", "stuck"
    NOT_STARTED = "not-started", "not started"
    DONE = "done", "done"


WANTS_WORDS = (State.HELP, State.STUCK)  # what others can only help with once they know what it is


class ObjectiveQuerySet(models.QuerySet):
    def current(self) -> "ObjectiveQuerySet":
        """What stands on the plan today."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=today()))


class Objective(models.Model):
    """What should be true one day, under one priority of the partnership."""

    privacy = IMPERSONAL

    priority = models.ForeignKey(Priority, models.PROTECT, related_name="objectives")
    title = models.CharField("what should be true", max_length=200)
    position = models.PositiveSmallIntegerField(default=1)
    from_on = models.DateField(default=today)
    until_on = models.DateField("off the plan since", null=True, blank=True)
    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["priority", "title"], name="one_objective_per_title"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="objective_until_after_from"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audited_for(self) -> Partnership:
        return self.priority.partnership


class ActionQuerySet(models.QuerySet):
    def of(self, partnership: Partnership) -> "ActionQuerySet":
        return self.filter(objective__priority__partnership=partnership)

    def current(self) -> "ActionQuerySet":
        """What stands on the plan today."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=today()))

    def with_standing(self) -> "ActionQuerySet":
        """Annotate `state`, `words`, `told_at`: what its latest update says."""
        latest = PlanUpdate.objects.filter(action=OuterRef("pk")).order_by("-pk")
        said = {name: Subquery(latest.values(field)[:1]) for name, field in LATEST.items()}
        return self.annotate(**said)

    def open(self) -> "ActionQuerySet":
        return self.with_standing().current().exclude(state=State.DONE)

    def owned_by(self, member: Any) -> "ActionQuerySet":
        """Those a member answers for: one's own, and those of a group one leads today. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        leads = member.appointments.current().filter(role="lead").values("group")
        return self.filter(Q(owner=member) | Q(group__in=leads))

    def forget(self) -> int:
        """What is done stays on the plan; that it was somebody's goes."""
        return self.update(owner=None)


LATEST = {"state": "state", "words": "text", "told_at": "at"}


class Action(models.Model):
    """One thing somebody does. How it stands is what its latest update says; every update stays."""

    privacy = Privacy(
        exported="title due_on",
        kept="owner made_by",
        impersonal="id ref objective group until_on made_at",
        subject="owner",
    )

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="actions")
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    title = models.CharField("what is done", max_length=200)
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="actions", null=True, blank=True)
    group = models.ForeignKey(Group, models.PROTECT, related_name="actions", null=True, blank=True)
    due_on = models.DateField("by when", null=True, blank=True)
    until_on = models.DateField("off the plan since", null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "title"], name="one_action_per_title"),
            models.CheckConstraint(condition=Q(owner=None) | Q(group=None), name="a_member_or_a_group_owns_it"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("steering:action", args=[self.partnership.slug, self.ref])

    @property
    def partnership(self) -> Partnership:
        return self.objective.priority.partnership

    @property
    def audited_for(self) -> Partnership:
        return self.partnership

    @property
    def who(self) -> str:
        """Who answers for it, as those round the table read it."""
        return str(self.group or self.owner or "Nobody yet")

    def owners(self) -> models.QuerySet[Member]:
        """The people who are asked how it goes."""
        if self.group_id:
            leads = self.group.appointments.current().filter(role="lead")
            return Member.objects.filter(pk__in=leads.values("member"), erased_at=None)
        return Member.objects.filter(pk=self.owner_id, erased_at=None)

    def is_owned_by(self, member: Any) -> bool:
        return Action.objects.owned_by(member).filter(pk=self.pk).exists()

    @classmethod
    def begin(
        cls,
        objective: Objective,
        title: str,
        *,
        by: Member | None,
        state: str = State.NOT_STARTED,
        text: str = "",
        **details: Any,
    ) -> "Action":
        """Put an action on the plan with its first update. The same title again gives the one there is."""
        with transaction.atomic():
            action, is_new = cls.objects.get_or_create(
                objective=objective, title=title, defaults={"made_by": by, **details}
            )
            if is_new:
                action.tell(state, text, by=by, at=details.get("made_at"))
                Entry.record("put on the plan", action, by=by)
        return action

    def tell(self, state: str, text: str = "", *, by: Member | None, at: Any = None) -> "PlanUpdate":
        """Say how it goes. The same again on the same day is the update that is there.

        Raises IntegrityError where help is needed and no sentence says with what.
        """
        with transaction.atomic():
            row = Action.objects.select_for_update().get(pk=self.pk)
            last = row.updates.order_by("-pk").first()
            now = at or timezone.now()
            same = last and (last.state, last.text, last.due_on, last.by_id) == (state, text, row.due_on, by and by.pk)
            if last and same and timezone.localdate(last.at) == timezone.localdate(now):
                return last
            return PlanUpdate.objects.create(action=row, state=state, text=text, due_on=row.due_on, by=by, at=now)

    def revise(self, *, by: Member, **details: Any) -> None:
        """Change its title, owner or date. Another date is an update of its own; the old one stays on record."""
        with transaction.atomic():
            row = Action.objects.select_for_update().get(pk=self.pk)
            changed = [name for name, value in details.items() if getattr(row, name) != value]
            for name in changed:
                setattr(row, name, details[name])
            if changed:
                row.save(update_fields=changed)
                Entry.record("changed on the plan", row, by=by, fields=changed)
            if "due_on" in changed:
                last = row.updates.order_by("-pk").first()
                row.tell(last.state if last else State.NOT_STARTED, last.text if last else "", by=by)
        self.refresh_from_db()

    def take_off(self, *, by: Member) -> None:
        """Let it stand on the plan no longer; its history stays. A second call changes nothing."""
        with transaction.atomic():
            if Action.objects.filter(pk=self.pk, until_on=None).update(until_on=today()):
                Entry.record("took off the plan", self, by=by)
        self.refresh_from_db()


class PlanUpdateQuerySet(models.QuerySet):
    def of(self, partnership: Partnership) -> "PlanUpdateQuerySet":
        return self.filter(action__objective__priority__partnership=partnership)

    def between(self, first: date, last: date) -> "PlanUpdateQuerySet":
        """Those of these days, both included (London)."""
        return self.filter(at__date__gte=first, at__date__lte=last)


class PlanUpdate(models.Model):
    """How an action stood when somebody said so. The database refuses to rewrite one (steering.ledger)."""

    privacy = Privacy(kept="by", impersonal="id action at state text due_on")

    action = models.ForeignKey(Action, models.PROTECT, related_name="updates")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField("how it stands", max_length=11, choices=State)
    text = models.CharField("in a sentence", max_length=400, blank=True)
    due_on = models.DateField("by when", null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True)
    objects = PlanUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["action", "-id"], name="latest_update")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_of_the_plan_known"),
            models.CheckConstraint(
                condition=~Q(state__in=WANTS_WORDS) | ~Q(text=""),
                name="help_says_with_what",
                violation_error_message="Say in a sentence what would help.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.get_state_display()}"

    def take_out(self, *, by: Member) -> None:
        """Take its words out, because a name stands in them. A second call changes nothing."""
        with transaction.atomic():
            if PlanUpdate.objects.filter(pk=self.pk).exclude(text=TAKEN_OUT).update(text=TAKEN_OUT):
                Entry.record("took words out of the plan", self.action, by=by)
        self.refresh_from_db()
