"""A short notice: one to three stories between two newsletters, at most twice a month."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from members.models import Member
from newsletters.models.stories import Story
from partnerships.models import Partnership
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy

MOST = 3  # stories in one
A_MONTH = 2  # what the page of choices promises: "at most 2 a month"


class Full(ValueError):
    """Two have gone out this month."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    def standing(self) -> "NoticeQuerySet":
        """All but those taken back before they began: nobody got these, and they do not count."""
        return self.exclude(mailing__state=Mailing.State.STOPPED, mailing__started_at=None)

    def published(self) -> "NoticeQuerySet":
        """Those that have begun to go out, newest first, with what their public `title` needs."""
        out = self.filter(mailing__started_at__isnull=False).annotate(out_at=F("mailing__started_at"))
        first = Told.objects.filter(notice=OuterRef("pk"), position=0, story__withdrawn_at=None)
        return out.annotate(first_hangs=Exists(first)).order_by("-out_at", "-pk")

    def in_month(self, day: date) -> "NoticeQuerySet":
        """Those of the calendar month (London) that a day lies in."""
        first = day.replace(day=1)
        after = (
            first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
        )
        return self.filter(made_at__gte=_midnight(first), made_at__lt=_midnight(after))

    def for_steward(self, member) -> "NoticeQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


class Notice(models.Model):
    """What was sent is the stories in their order; `subject` is what stood in the inbox.

    `key` comes from the page on which Send was pressed: pressed twice, it is one notice.
    """

    privacy = Privacy(kept="made_by", impersonal="id partnership key subject mailing made_at")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="notices")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    subject = models.CharField(max_length=150)
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="notice", null=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("newsletters:notice", args=[self.partnership.slug, self.pk])

    @property
    def title(self) -> str:
        """What a published one is called on the web: its subject is the first story's title, and leaves with it."""
        return self.subject if self.first_hangs else f"Short notice of {timezone.localtime(self.out_at):%-d %B %Y}"  # type: ignore[attr-defined]

    @property
    def is_published(self) -> bool:
        return self.mailing is not None and self.mailing.started_at is not None

    @property
    def stories(self) -> list[Story]:
        """Those that still hang on the noticeboard, in the order they were sent in."""
        rows = self.told.select_related("story__partnership").prefetch_related("story__readerships")
        return [row.story for row in rows if row.story.withdrawn_at is None]

    @classmethod
    def send(
        cls, partnership: Partnership, stories: Sequence[Story], *, subject: str, key: uuid.UUID, by: Member
    ) -> "Notice":
        """Send stories to those who chose short notices, in two minutes. A second press returns the first notice.

        Raises Full when two have gone out this month, ValueError for no story, too many, or one that is not open.
        """
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=partnership.pk)
            if there := cls.objects.filter(key=key, partnership=partnership).first():
                return there
            if cls.objects.standing().filter(partnership=partnership).in_month(timezone.localdate()).count() >= A_MONTH:
                raise Full
            if not 1 <= len(stories) <= MOST or not all(each.is_open for each in stories):
                raise ValueError("one to three stories that are open")
            return cls._begun(partnership, stories, subject, key, by)

    @classmethod
    def _begun(
        cls, partnership: Partnership, stories: Sequence[Story], subject: str, key: uuid.UUID, by: Member
    ) -> "Notice":
        from newsletters.notices.mail import NOTICE  # the kind's words need the model

        notice = cls.objects.create(partnership=partnership, subject=subject, key=key, made_by=by)
        Told.objects.bulk_create(Told(notice=notice, story=story, position=at) for at, story in enumerate(stories))
        notice.mailing = Mailing.schedule(
            NOTICE, key=f"notice-{notice.pk}", partnership=partnership, subject=subject, by=by
        )
        notice.save(update_fields=["mailing"])
        Entry.record("pressed Send on", notice, by=by)
        return notice


class Told(models.Model):
    """One story in one notice."""

    privacy = IMPERSONAL

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="told")
    story = models.ForeignKey(Story, models.PROTECT, related_name="told")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "story"], name="a_story_once_in_a_notice"),
            models.UniqueConstraint(fields=["notice", "position"], name="one_story_per_place_of_a_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.story} in {self.notice}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))
