"""The pack of a Steering meeting: prepared in the Chair's order, sent, and closed with what was decided."""

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from mailings.models import Mailing
from meetings.models import Meeting, MinutesRevision, NotNow, PodReport
from members.models import Member
from newsletters.models import Story
from pods.models import Group
from steering.models.decisions import Decision
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy

if TYPE_CHECKING:
    from steering.pack_closing import Said


class PackQuerySet(models.QuerySet):
    def open(self) -> "PackQuerySet":
        return self.filter(closed_at=None)


class Pack(models.Model):
    """One for each meeting of Steering. What stands in it is read from the rows of the partnership (steering.pack);
    this row keeps what the Chair adds, whether it went out, and that it is closed.
    """

    privacy = Privacy(kept="closed_by", impersonal="id meeting words made_at mailing closed_at story")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="pack")
    words = models.TextField("a word from the Chair", max_length=2000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="packs", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    story = models.ForeignKey(Story, models.PROTECT, related_name="+", null=True, blank=True)
    objects = PackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(story=None) | Q(closed_at__isnull=False), name="a_story_of_a_closed_meeting"
            ),
        ]

    def __str__(self) -> str:
        return f"Pack of {self.meeting}"

    def get_absolute_url(self) -> str:
        return reverse("steering:pack", args=[self.meeting.ref])

    @property
    def audited_for(self) -> Any:
        return self.meeting.partnership

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_sent(self) -> bool:
        return self.mailing_id is not None

    @classmethod
    def of(cls, meeting: Meeting) -> "Pack":
        """The pack of a Steering meeting, made the first time; questions that waited for a meeting come onto it."""
        with transaction.atomic():
            pack, _ = cls.objects.get_or_create(meeting=meeting)
            if not pack.closed_at:
                last = meeting.decisions.count()
                for number, each in enumerate(Decision.objects.waiting_for(meeting), last + 1):
                    Decision.objects.filter(pk=each.pk).update(meeting=meeting, position=number)
        return pack

    @classmethod
    def shown(cls, meeting: Meeting) -> "Pack":
        """The pack to look at. Where nothing was kept of it yet, a row that is not saved: looking changes nothing."""
        return cls.objects.filter(meeting=meeting).select_related("mailing").first() or cls(meeting=meeting)

    def move(self, decision: Decision, by: int) -> None:
        """Put a question so many places further down (or up: -1), as the Chair wants it read."""
        with transaction.atomic():
            Pack.objects.select_for_update().get(pk=self.pk)
            order = list(self.meeting.decisions.order_by("position", "pk"))
            at = order.index(decision)
            order.insert(min(max(0, at + by), len(order) - 1), order.pop(at))
            for number, each in enumerate(order, 1):
                Decision.objects.filter(pk=each.pk).exclude(position=number).update(position=number)

    def close(self, said: "Said", *, by: Member) -> None:
        """Write down what was decided, take note of the reports, put off what is left. A second call changes nothing.

        Raises NotNow before the meeting has begun, Conflict where other minutes stand than those agreed.
        """
        with transaction.atomic():
            row = Pack.objects.select_for_update(of=("self",)).select_related("meeting__partnership").get(pk=self.pk)
            if row.is_closed:
                return
            meeting = row.meeting
            if meeting.is_cancelled:
                raise NotNow("The meeting was called off.")
            if meeting.starts_at is None or meeting.starts_at > timezone.now():
                raise NotNow("The meeting has not begun yet.")
            for decision, outcome, words, means in said.decided:
                Decision.objects.open().filter(pk=decision.pk, meeting=meeting).update(
                    outcome=outcome, words=words, means=means, decided_on=localdate(meeting.starts_at)
                )
            for revision in said.agreed:
                MinutesRevision.agree(revision.meeting, number=revision.number, by=by)
            for group, report in said.reports:
                ReportNote.objects.get_or_create(pack=row, group=group, defaults={"report": report})
            left = Decision.objects.open().filter(meeting=meeting)
            left.update(meeting=_after(meeting), put_off=F("put_off") + 1)
            row.closed_at, row.closed_by = timezone.now(), by
            row.save(update_fields=["closed_at", "closed_by"])
            Entry.record("closed the pack of", meeting, by=by)
        self.refresh_from_db()


def _after(meeting: Meeting) -> Meeting | None:
    """The next meeting of Steering that is planned."""
    return Meeting.objects.upcoming().filter(group=meeting.group_id, starts_at__gt=meeting.starts_at).first()


class ReportNote(models.Model):
    """What became of a group's report at a meeting: noted, or (without a report) carried forward to the next one."""

    privacy = IMPERSONAL

    pack = models.ForeignKey(Pack, models.PROTECT, related_name="report_notes")
    group = models.ForeignKey(Group, models.PROTECT, related_name="report_notes")
    report = models.ForeignKey(PodReport, models.PROTECT, related_name="notes", null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "group"], name="one_note_per_group")]

    def __str__(self) -> str:
        return f"{self.group}: {'noted' if self.report_id else 'carried forward'}"
