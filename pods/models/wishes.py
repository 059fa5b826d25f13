"""What members ask of those who lead: to come into a group, or to begin a task & finish group."""

from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from lcep.site import today
from members.models import Member
from pods.models.appointments import Appointment
from pods.models.groups import Group
from trust.models import Entry
from trust.privacy import Privacy

LONGEST = timedelta(weeks=26)  # a task & finish group means to be done by then


class WishQuerySet(models.QuerySet):
    def open(self) -> "WishQuerySet":
        return self.filter(answered_at=None)


class JoinWish(models.Model):
    """A member asks to be in a group. Answered once, by one of those who lead it."""

    privacy = Privacy(exported="group words made_at granted_on", kept="member answered_by", impersonal="id answered_at")

    group = models.ForeignKey(Group, models.PROTECT, related_name="wishes")
    member = models.ForeignKey(Member, models.PROTECT, related_name="wishes")
    words = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(fields=["group", "member"], condition=Q(answered_at=None), name="asks_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member} asks to be in {self.group}"

    @classmethod
    def ask(cls, group: Group, member: Member, words: str = "") -> "JoinWish":
        """Ask to be in the group. Asking twice is asking once."""
        with transaction.atomic():
            cls.objects.bulk_create([cls(group=group, member=member, words=words)], ignore_conflicts=True)
            return cls.objects.open().get(group=group, member=member)

    def answer(self, *, yes: bool, by: Member) -> bool:
        """Let them in, or not. Says whether this was the answer: the first one holds."""
        with transaction.atomic():
            mine = JoinWish.objects.open().filter(pk=self.pk)
            done = mine.update(answered_at=timezone.now(), answered_by=by, granted_on=today() if yes else None)
            if done and yes:
                self.group.join(self.member)
            if done:
                Entry.record("let into" if yes else "did not let into", self.group, by=by)
        self.refresh_from_db()
        return bool(done)


class Proposal(models.Model):
    """A task & finish group as a member proposes it, in four lines. Answered once; then it is a group."""

    privacy = Privacy(
        kept="made_by answered_by", impersonal="id parent name purpose output finish_by made_at answered_at group"
    )

    parent = models.ForeignKey(Group, models.PROTECT, related_name="proposals")
    name = models.CharField("what it is called", max_length=120)
    purpose = models.TextField("what it is for", max_length=600)
    output = models.CharField("what there will be at the end", max_length=300)
    finish_by = models.DateField("by when")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="proposals")
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="proposal", null=True, blank=True)
    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group=None) | Q(answered_at__isnull=False), name="a_group_after_the_answer"
            ),
            models.UniqueConstraint(
                fields=["parent", "made_by", "name"], condition=Q(answered_at=None), name="proposed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def propose(cls, parent: Group, *, by: Member, **said) -> "Proposal":
        """Propose it to those who lead the parent. The same again is the same proposal."""
        with transaction.atomic():
            row = cls(parent=parent, made_by=by, **said)
            cls.objects.bulk_create([row], ignore_conflicts=True)
            return cls.objects.open().get(parent=parent, made_by=by, name=said["name"])

    def accept(self, *, by: Member) -> Group:
        """Begin the group today, led by whoever proposed it and open to all members. A second call gives it again."""
        with transaction.atomic():
            row = Proposal.objects.select_for_update().get(pk=self.pk)
            if row.group is None:
                row.group = self._begin()
                row.answered_at, row.answered_by = timezone.now(), by
                row.save(update_fields=["group", "answered_at", "answered_by"])
                Entry.record("began", row.group, by=by)
        self.refresh_from_db()
        assert row.group is not None
        return row.group

    def decline(self, *, by: Member) -> bool:
        """Not now. Says whether this was the answer: the first one holds."""
        mine = Proposal.objects.open().filter(pk=self.pk)
        done = mine.update(answered_at=timezone.now(), answered_by=by)
        self.refresh_from_db()
        return bool(done)

    def _begin(self) -> Group:
        group = Group.objects.create(
            partnership=self.parent.partnership,
            kind=Group.Kind.TASK_AND_FINISH,
            name=self.name,
            slug=self._slug(),
            purpose=f"{self.purpose}\n\nAt the end: {self.output}",
            priority=self.parent.priority,
            parent=self.parent,
            gap_min=2,
            gap_max=4,
            from_on=today(),
            finish_by=max(self.finish_by, today()),
        )
        group.join(self.made_by)
        Appointment.appoint(self.made_by, group, Appointment.Role.LEAD)
        return group

    def _slug(self) -> str:
        base = slugify(self.name)[:40] or "task"
        taken = set(Group.objects.filter(partnership=self.parent.partnership_id).values_list("slug", flat=True))
        return next(slug for n in range(1, 1000) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def finish(group: Group, outcome: str, *, by: Member) -> bool:
    """End a task & finish group today with what came of it. Says whether this was the call that did it."""
    _of_task_and_finish(group)
    with transaction.atomic():
        done = Group.objects.filter(pk=group.pk, until_on=None).update(until_on=today(), outcome=outcome)
        if done:
            Entry.record("finished", group, by=by)
    group.refresh_from_db()
    return bool(done)


def extend(group: Group, until: date, *, reason: str, by: Member) -> None:
    """Give a task & finish group longer, with the reason on record."""
    _of_task_and_finish(group)
    with transaction.atomic():
        if Group.objects.filter(pk=group.pk, until_on=None).exclude(finish_by=until).update(finish_by=until):
            Entry.record("gave longer", group, by=by, until=until.isoformat(), reason=reason)
    group.refresh_from_db()


def _of_task_and_finish(group: Group) -> None:
    if group.kind != Group.Kind.TASK_AND_FINISH:
        raise ValueError("only a task & finish group finishes")
