"""Evidence for a period: lines to tell funders, and books that stay as they were made."""

from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from partnerships.models import Partnership, Priority
from pods.models import Group
from steering.models.decisions import Decision
from steering.models.plan import Action
from steering.models.youth_voice import YouthVoice
from trust.models import Entry
from trust.privacy import Privacy
from trust.tokens import EVIDENCE


class FunderLine(models.Model):
    """A sentence to tell funders: of an action, a decision, what young people said, a finished group; or its own."""

    privacy = Privacy(
        kept="made_by", impersonal="id partnership happened_on text priority action decision voice group made_at"
    )

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="funder_lines")
    happened_on = models.DateField("when")
    text = models.CharField("in a sentence", max_length=400)
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="funder_lines", null=True, blank=True)
    action = models.OneToOneField(Action, models.PROTECT, related_name="funder_line", null=True, blank=True)
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="funder_line", null=True, blank=True)
    voice = models.OneToOneField(YouthVoice, models.PROTECT, related_name="funder_line", null=True, blank=True)
    group = models.OneToOneField(Group, models.PROTECT, related_name="funder_line", null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self) -> str:
        return self.text


class EvidenceBook(models.Model):
    """Figures as they were on the day it was made, small numbers already left out: nothing later changes them.

    `figures` is what `steering.evidence.figures` returned. `turn` is part of the address it is shared under.
    """

    privacy = Privacy(kept="made_by", impersonal="id partnership title first_on last_on made_at figures shared_at turn")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="evidence_books")
    title = models.CharField(max_length=120)
    first_on = models.DateField("from")
    last_on = models.DateField("until, and including")
    figures = models.JSONField()
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    turn = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="a_period_ends_after_it_begins",
                violation_error_message="The period ends before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("steering:evidence_book", args=[self.partnership.slug, self.pk])

    @property
    def shared_url(self) -> str:
        """The path that anybody who has it may read; empty while it is not shared."""
        return reverse("steering:shared_evidence", args=[EVIDENCE.sign(self.pk, self.turn)]) if self.shared_at else ""

    @classmethod
    def shared(cls, number: int, turn: int) -> "EvidenceBook | None":
        """The book behind a shared address, unless sharing has been ended since."""
        books = cls.objects.exclude(shared_at=None).filter(pk=number, turn=turn)
        return books.select_related("partnership").first()

    def share(self, *, by: Member) -> None:
        """Give it an address that can be sent on. A second call changes nothing."""
        self._change("shared", by, EvidenceBook.objects.filter(shared_at=None), shared_at=timezone.now())

    def stop_sharing(self, *, by: Member) -> None:
        """End the address for good; sharing it again gives another. A second call changes nothing."""
        shared = EvidenceBook.objects.exclude(shared_at=None)
        self._change("ended the sharing of", by, shared, shared_at=None, turn=F("turn") + 1)

    def _change(self, verb: str, by: Member, books: Any, **changes: Any) -> None:
        with transaction.atomic():
            if books.filter(pk=self.pk).update(**changes):
                Entry.record(verb, self, by=by)
        self.refresh_from_db()
