"""A list of people somebody brought along: how it stands, who came with it, and the way back within a day."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models.members import Member
from members.models.memberships import Membership
from partnerships.models import Partnership
from trust.privacy import Privacy

UNDO_WITHIN = timedelta(days=1)
KEPT_FOR = timedelta(days=7)


class ImportQuerySet(models.QuerySet):
    def for_steward(self, member) -> "ImportQuerySet":
        if not member.is_authenticated:
            return self.none()
        return self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())

    def unfinished(self) -> "ImportQuerySet":
        return self.filter(done_at=None, made_at__gt=timezone.now() - KEPT_FOR)

    def empty(self) -> int:
        """Let go of the lists themselves a week after they were brought; what became of them stays as numbers."""
        old = self.filter(made_at__lte=timezone.now() - KEPT_FOR)
        return old.exclude(content=b"").update(content=b"")


class Import(models.Model):
    """`content` is the file as it came, until a week has passed. `columns` says what each heading means."""

    privacy = Privacy(
        kept="by", impersonal="id partnership name content columns answer made_at begun_at done_at undone_at counts"
    )

    class Answer(models.TextChoices):
        """How did these people come to be on your list?"""

        SIGNED_UP = "signed-up", "They signed up for it themselves"
        GROUP = "group", "They sit on a group, and I write to them about its work"
        ASK = "ask", "Not sure, or not all of them"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="imports")
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    name = models.CharField(max_length=100)
    content = models.BinaryField(blank=True)
    columns = models.JSONField(default=dict)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = "list brought along"
        verbose_name_plural = "lists brought along"
        constraints = [
            models.CheckConstraint(condition=Q(undone_at=None) | Q(done_at__isnull=False), name="undone_after_done")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {timezone.localtime(self.made_at):%-d %B %Y}"

    @property
    def can_be_undone(self) -> bool:
        return self.done_at is not None and self.undone_at is None and self.done_at > timezone.now() - UNDO_WITHIN

    @property
    def undo_until(self):
        return self.done_at + UNDO_WITHIN if self.done_at else None


class ArrivalQuerySet(models.QuerySet):
    def forget(self) -> int:
        """Who is forgotten leaves no line in a file either."""
        Import.objects.filter(pk__in=list(self.values_list("importing", flat=True))).update(content=b"")
        return self.delete()[0]


class Arrival(models.Model):
    """Somebody who came with a list, so that it can be taken back."""

    privacy = Privacy(exported="importing", kept="id member membership is_new")

    importing = models.ForeignKey(Import, models.CASCADE, related_name="arrivals", verbose_name="came with")
    member = models.ForeignKey(Member, models.CASCADE, related_name="arrivals")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="arrivals", null=True)
    is_new = models.BooleanField(default=False, help_text="Nobody here knew this address before")
    objects = ArrivalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["importing", "member"], name="arrived_once")]

    def __str__(self) -> str:
        return f"{self.member} came with {self.importing}"


class Asking(models.Model):
    """A partnership asked the person at an address, once, whether they want its newsletter."""

    privacy = Privacy(kept="key", impersonal="id partnership at")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="askings")
    key = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "key"], name="asked_once")]

    def __str__(self) -> str:
        return f"asked on {timezone.localtime(self.at):%-d %B %Y}"
