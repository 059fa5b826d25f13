"""What was told about a meeting or to a group: one row for each mailing."""

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from mailings.models import Mailing
from meetings import kinds, subjects
from members.models import Member
from pods.models import Group
from trust.privacy import Privacy

if TYPE_CHECKING:
    from meetings.models.meetings import Meeting


class What(models.TextChoices):
    POLL = "poll", "asked which dates suit"
    POLL_REMINDER = "poll reminder", "asked again which dates suit"
    INVITATION = "invitation", "invited"
    VENUE = "venue", "told the venue"
    MOVED = "moved", "told the new time"
    CANCELLED = "cancelled", "told that it is cancelled"
    WITHDRAWN = "withdrawn", "taken out of a calendar"
    PLACE = "place", "given a place"
    OFFER = "offer", "offered a place"
    LAPSED = "lapsed", "told that an offer is over"
    REMINDER = "reminder", "reminded"
    EVE = "eve", "sent the papers the day before"
    OUTCOME = "outcome", "told what was decided"
    WORD = "word", "written to"


# What must reach people whatever they got before: a change of what they rely on.
CHANGES = (What.VENUE, What.MOVED, What.CANCELLED, What.WITHDRAWN, What.PLACE, What.OFFER, What.LAPSED)


class Announcement(models.Model):
    """Who is told is found when its mailing is prepared (`meetings.audience`); the mailing keeps the account.

    `sequence` is the meeting's when this was made, and then the one that its mail tells: both may differ.
    """

    privacy = Privacy(kept="by only", impersonal="id what meeting group mailing sequence words at")

    what = models.CharField(max_length=13, choices=What)
    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="announcements", null=True, blank=True)
    group = models.ForeignKey(Group, models.PROTECT, related_name="announcements", null=True, blank=True)
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="announcement")
    only = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False) | Q(what="word", group__isnull=False),
                name="announcement_is_about_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.mailing.subject}"

    @property
    def is_change(self) -> bool:
        return self.what in CHANGES

    def build(self) -> None:
        """Note that its mail is made now, of the meeting as it stands."""
        if self.meeting:
            self.sequence = self.meeting.sequence
            self.save(update_fields=["sequence"])

    @classmethod
    def make(
        cls,
        what: str,
        *,
        meeting: "Meeting",
        by: Member | None,
        only: Member | None = None,
        again: str = "",
        words: str = "",
        follows: Mailing | None = None,
        send_at: Any = None,
    ) -> "Announcement":
        """Tell the people of a meeting. Once per sequence of the meeting; `again` sets another telling apart."""
        key = f"meeting {meeting.pk} {what} {meeting.sequence} {only.pk if only else ''} {again}".strip()
        to_everyone = meeting.group_id is None and what == What.INVITATION
        with transaction.atomic():
            mailing = Mailing.schedule(
                kinds.EVENT if to_everyone else kinds.GROUP,
                key=key,
                partnership=meeting.audited_for,
                subject=subjects.of(what, meeting),
                by=by,
                follows=follows,
                send_at=send_at,
            )
            made, _ = cls.objects.get_or_create(
                mailing=mailing,
                defaults={
                    "what": what,
                    "meeting": meeting,
                    "group": meeting.group,
                    "only": only,
                    "by": by,
                    "sequence": meeting.sequence,
                    "words": words,
                },
            )
        return made
