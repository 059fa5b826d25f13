"""What young people said, through an adult, and what was done. Never who said it: there is no field for a name."""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from lcep.site import today
from members.models import Member
from partnerships.models import Partnership, Priority
from trust.models import Entry
from trust.privacy import Privacy


class YouthVoiceQuerySet(models.QuerySet):
    def waiting(self) -> "YouthVoiceQuerySet":
        """Said, and not answered yet; the earliest promise first."""
        return self.filter(answered_on=None).order_by("answer_by", "pk")

    def answered(self) -> "YouthVoiceQuerySet":
        return self.exclude(answered_on=None).order_by("-answered_on", "-pk")


class YouthVoice(models.Model):
    """An entry of "You said, we did": an organisation, an age band, a headcount, what was said, what was done."""

    privacy = Privacy(
        kept="made_by answered_by",
        impersonal="id partnership heard_on organisation ages headcount said priority answer_by answer "
        "answered_on made_at",
    )

    class Ages(models.TextChoices):
        UNDER_5 = "0-4", "under 5"
        UNDER_8 = "5-7", "5 to 7"
        UNDER_12 = "8-11", "8 to 11"
        UNDER_15 = "12-14", "12 to 14"
        UNDER_17 = "15-16", "15 to 16"
        UNDER_19 = "17-18", "17 to 18"
        UNDER_26 = "19-25", "19 to 25"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="youth_voices")
    heard_on = models.DateField("when it was said")
    organisation = models.CharField("through whom", max_length=160, help_text="The school, club or organisation")
    ages = models.CharField("how old they are", max_length=5, choices=Ages)
    headcount = models.PositiveSmallIntegerField("how many")
    said = models.TextField("what they said", max_length=1000)
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="youth_voices", null=True, blank=True)
    answer_by = models.DateField("by when they hear back")
    answer = models.TextField("what we did", max_length=1000, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = YouthVoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-heard_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(headcount__gte=1), name="somebody_said_it"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | ~Q(answer="") & Q(answered_on__isnull=False),
                name="an_answer_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.heard_on:%-d %B %Y}"

    @property
    def is_late(self) -> bool:
        return self.answered_on is None and self.answer_by < today()

    def reply(self, words: str, *, by: Member) -> None:
        """Say what was done. Said again, the words are put right and the first day stays."""
        with transaction.atomic():
            row = YouthVoice.objects.select_for_update().get(pk=self.pk)
            if row.answer != words:
                row.answer, row.answered_by = words, by
                row.answered_on = row.answered_on or today()
                row.save(update_fields=["answer", "answered_by", "answered_on"])
                Entry.record("answered what young people said", row, by=by)
        self.refresh_from_db()
