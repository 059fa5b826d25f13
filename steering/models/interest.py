"""Somebody would like to sit at the table: from the form on the public page to an answer, and then gone."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from members.models import Member
from partnerships.models.organisations import Sector
from pods.models import Group
from steering.models.seats import Seat
from trust.addresses import compared
from trust.models import Entry
from trust.privacy import Privacy

AFTER_THE_ANSWER = timedelta(days=182)
WITHOUT_ONE = timedelta(days=365)


class InterestQuerySet(models.QuerySet["Interest"]):
    def open(self) -> "InterestQuerySet":
        return self.filter(answered_at=None)

    def at(self, address: str) -> "Interest | None":
        """The latest from this address, however it is spelt. Raises ValidationError for no address."""
        wanted = compared(address)
        return next((row for row in self.order_by("-received_at") if compared(row.email) == wanted), None)

    def over(self) -> "InterestQuerySet":
        """Those answered half a year ago, or that came a year ago."""
        now = timezone.now()
        return self.filter(Q(answered_at__lt=now - AFTER_THE_ANSWER) | Q(received_at__lt=now - WITHOUT_ONE))

    def forget(self) -> int:
        """Worth nothing without their person."""
        return self.delete()[0]

    def for_steward(self, member) -> "InterestQuerySet":
        """Those of the groups a member manages. Not an administrator's: they keep the site, not the table."""
        if not member.is_authenticated:
            return self.none()
        groups = Group.objects.filter(partnership__in=member.stewarded_partnerships())
        return self.filter(group__in=groups.exclude(kind=Group.Kind.EXECUTIVE))


class Interest(models.Model):
    """An expression of interest in a seat. Answered once; kept half a year after that."""

    privacy = Privacy(
        exported="group seat name email organisation sector statement received_at",
        kept="answered_by",
        impersonal="id talking_since answered_at answer",
    )

    class Answer(models.TextChoices):
        APPOINTED = "appointed", "Yes: they take a seat"
        DECLINED = "declined", "Not this time"
        WITHDRAWN = "withdrawn", "They changed their mind"

    group = models.ForeignKey(Group, models.PROTECT, related_name="interests")
    seat = models.ForeignKey(Seat, models.SET_NULL, related_name="interests", null=True, blank=True)
    name = models.CharField(max_length=100)
    email = models.CharField("e-mail", max_length=254)
    organisation = models.CharField(max_length=150, blank=True)
    sector = models.CharField(max_length=20, choices=Sector, blank=True)
    statement = models.TextField("what they wrote", max_length=2000)
    received_at = models.DateTimeField(default=timezone.now)
    talking_since = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    answer = models.CharField(max_length=9, choices=Answer, blank=True)
    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["received_at"]
        verbose_name = "expression of interest"
        verbose_name_plural = "expressions of interest"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="an_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, for {self.seat or self.group}"

    @property
    def partnership(self):
        return self.group.partnership

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    def become_member(self) -> Member:
        """Return the member at this address, with the name they gave: on no mailing list, with a seat and no more."""
        with transaction.atomic():
            member = Member.objects.welcome(self.email)
            if not member.name:
                member.name = self.name[:80]
                member.save(update_fields=["name"])
        return member

    def talk(self, by: Member) -> bool:
        """Say that somebody is in touch with them. The first time holds."""
        with transaction.atomic():
            done = Interest.objects.open().filter(pk=self.pk, talking_since=None).update(talking_since=timezone.now())
            if done:
                Entry.record("is in touch about", self, by=by)
        self.refresh_from_db()
        return bool(done)

    def give(self, answer: str, by: Member) -> bool:
        """Answer it. Says whether this was the answer: the first one holds."""
        with transaction.atomic():
            open_row = Interest.objects.open().filter(pk=self.pk)
            done = open_row.update(answer=answer, answered_at=timezone.now(), answered_by=by)
            if done:
                Entry.record("answered", self, by=by, answer=answer)
        self.refresh_from_db()
        return bool(done)
