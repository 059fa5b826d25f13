"""What Steering is asked to decide, what it decided, and what that means for members."""

from typing import Any

from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from meetings.models import Meeting
from members.models import Member, Membership
from partnerships.models import Partnership
from pods.models import Group
from trust.privacy import Privacy


class DecisionQuerySet(models.QuerySet):
    def open(self) -> "DecisionQuerySet":
        return self.filter(decided_on=None)

    def waiting_for(self, meeting: Meeting) -> "DecisionQuerySet":
        """Those that come onto the pack of the next meeting: asked for none, or for one that was called off."""
        homeless = Q(meeting=None) | Q(meeting__status=Meeting.Status.CANCELLED)
        coming = Meeting.objects.upcoming().filter(group=meeting.group_id).first()
        if coming != meeting:
            return self.none()
        return self.open().filter(homeless, partnership=meeting.partnership_id)

    def made(self) -> "DecisionQuerySet":
        return self.exclude(decided_on=None).order_by("-decided_on", "position", "pk")

    def visible_to(self, member: Any) -> "DecisionQuerySet":
        """What was decided, for those on the mailing list, round the table, and the manager. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        lists = Membership.objects.current().filter(member=member).values("partnership")
        tables = Group.objects.filter(kind=Group.Kind.STEERING).of_member(member).values("partnership")
        managed = member.stewarded_partnerships().values("pk")
        mine = Q(partnership__in=lists) | Q(partnership__in=tables) | Q(partnership__in=managed)
        return self.made().filter(mine)


class Decision(models.Model):
    """A question for a meeting of Steering; without a meeting, for the next one that is planned. So is a question
    for a meeting that was called off.

    What is not decided is put off to the next meeting by itself when a meeting is closed.
    """

    privacy = Privacy(
        kept="asked_by",
        impersonal="id partnership meeting position question background asked_at put_off outcome words means "
        "decided_on",
    )

    class Outcome(models.TextChoices):
        AGREED = "agreed", "agreed"
        REFUSED = "refused", "not agreed"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=1)
    question = models.CharField("what is to be decided", max_length=200)
    background = models.TextField("what one has to know", max_length=4000, blank=True)
    asked_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    put_off = models.PositiveSmallIntegerField("how often it was put off", default=0)
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    words = models.TextField("what was decided", max_length=2000, blank=True)
    means = models.TextField("what this means for members", max_length=1000, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_on=None)
                | ~Q(outcome="") & ~Q(words="") & Q(decided_on__isnull=False, meeting__isnull=False),
                name="decided_in_words_at_a_meeting",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @classmethod
    def ask(cls, meeting: Meeting, question: str, background: str = "", *, by: Member | None) -> "Decision":
        """Put a question last on a meeting's pack. The same question again is the one that is there."""
        last = cls.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0
        decision, _ = cls.objects.get_or_create(
            meeting=meeting,
            question=question,
            decided_on=None,
            defaults={
                "partnership": meeting.partnership,
                "background": background,
                "position": last + 1,
                "asked_by": by,
            },
        )
        return decision
