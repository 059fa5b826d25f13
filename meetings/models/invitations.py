"""Who is asked to a meeting, and what they answered."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from meetings.models import places
from meetings.models.announcements import Announcement, What
from meetings.models.meetings import Meeting
from meetings.models.refusals import NotNow
from members.models import Member
from trust.models import Entry
from trust.privacy import Privacy

ANSWERED_UNTIL = timedelta(days=30)  # after the meeting: papers stay readable from the reply page so long


class InvitationQuerySet(models.QuerySet):
    def live(self) -> "InvitationQuerySet":
        return self.filter(withdrawn_at=None)

    def coming(self) -> "InvitationQuerySet":
        """Those who said yes and have a place: never somebody on the waiting list, nor whom one is offered."""
        return self.live().filter(reply=Invitation.Reply.YES, waiting_since=None)

    def waiting(self) -> "InvitationQuerySet":
        """The waiting list, in its order: who has waited longest is first."""
        return (
            self.live().filter(reply=Invitation.Reply.YES).exclude(waiting_since=None).order_by("waiting_since", "pk")
        )

    def silent(self) -> "InvitationQuerySet":
        """Those who have not answered the time that holds now."""
        return self.live().filter(Q(reply="") | Q(replied_sequence__lt=F("meeting__moved_sequence")))

    def invite(self, meeting: Meeting, people=None) -> int:
        """Invite people (everybody in the group, unless others are named) who are not yet, and return how many.

        Who was taken off before and belongs to the group again is asked anew: an old yes would take a place unasked.
        """
        wanted = people if people is not None else meeting.group.people()
        there = dict(self.filter(meeting=meeting).values_list("member", "withdrawn_at"))
        new = [member for member in wanted if member.pk not in there]
        self.bulk_create([Invitation(meeting=meeting, member=member) for member in new], ignore_conflicts=True)
        back = [member.pk for member in wanted if there.get(member.pk)]
        anew = {"withdrawn_at": None, "invited_at": timezone.now(), "reply": "", "how": "", "source": ""}
        self.filter(meeting=meeting, member__in=back).update(**anew, replied_at=None, replied_sequence=0)
        return len(new) + len(back)


class Invitation(models.Model):
    """`replied_sequence` is the meeting's when the answer was given: one given before a move asks to be confirmed.

    A place is taken by a yes that does not wait, and held for whoever is offered it; the order of the list is
    (waiting_since, id), never a number.
    """

    privacy = Privacy(
        exported="meeting reply how replied_at needs note",
        kept="member",
        impersonal="id invited_at replied_sequence source waiting_since offered_until withdrawn_at",
    )

    class Reply(models.TextChoices):
        YES = "yes", "Yes"
        MAYBE = "maybe", "Not sure yet"
        NO = "no", "No"

    class How(models.TextChoices):
        IN_PERSON = "in person", "in person"
        ONLINE = "online", "online"

    class Source(models.TextChoices):
        PAGE = "page", "on the reply page"
        CALENDAR = "calendar", "from a calendar"
        MANAGER = "manager", "told the leader"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitations")
    member = models.ForeignKey(Member, models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField(default=timezone.now)
    reply = models.CharField(max_length=5, choices=Reply, blank=True)
    how = models.CharField(max_length=9, choices=How, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_sequence = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=8, choices=Source, blank=True)
    needs = models.CharField("access and food", max_length=300, blank=True)
    note = models.CharField("to whoever leads it", max_length=300, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="invited_once"),
            models.CheckConstraint(condition=Q(reply__in=["", "yes", "maybe", "no"]), name="reply_known"),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None, source="")
                | ~Q(reply="") & ~Q(source="") & Q(replied_at__isnull=False),
                name="a_reply_has_its_time",
            ),
            models.CheckConstraint(condition=Q(waiting_since=None) | Q(reply="yes"), name="only_a_yes_waits"),
            models.CheckConstraint(
                condition=Q(offered_until=None) | Q(waiting_since__isnull=False), name="offered_to_who_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}, invited to {self.meeting}"

    @property
    def is_yes(self) -> bool:
        return self.reply == self.Reply.YES

    @property
    def is_waiting(self) -> bool:
        return self.waiting_since is not None

    @property
    def is_offered(self) -> bool:
        """Whether a place is held for them until `offered_until`, if they want it."""
        return self.offered_until is not None

    @property
    def has_place(self) -> bool:
        return self.is_yes and not self.is_waiting

    @property
    def wants_confirming(self) -> bool:
        """Whether the answer was given for a time that has changed since."""
        return bool(self.reply) and self.replied_sequence < self.meeting.moved_sequence

    @property
    def is_open(self) -> bool:
        """Whether its reply page still works: until 30 days after the meeting."""
        ends = self.meeting.ends_at
        return self.withdrawn_at is None and (ends is None or ends + ANSWERED_UNTIL > timezone.now())

    def answer(
        self, reply: str, *, source: str, how: str = "", needs: str | None = None, note: str | None = None
    ) -> None:
        """Say yes, maybe or no; the last answer holds, and the same again changes nothing.

        A yes to a full meeting waits; a place given back goes to whoever has waited longest; a yes to an offer
        takes it, unless it is over. Raises NotNow when the meeting is not ahead.
        """
        with transaction.atomic():
            meeting = Meeting.objects.select_for_update().get(pk=self.meeting_id)
            places.lapse(meeting)
            row = Invitation.objects.select_for_update().get(pk=self.pk)
            if not meeting.is_ahead or row.withdrawn_at:
                raise NotNow("Answers are closed: it is over, or it was called off.")
            held = row.has_place or row.is_offered
            if reply != self.Reply.YES or row.is_offered:
                row.waiting_since = row.offered_until = None
            elif row.reply != self.Reply.YES and places.is_full(meeting, row.member):
                row.waiting_since = timezone.now()
            row.reply, row.how, row.source = reply, how if reply == self.Reply.YES else "", source
            row.replied_at, row.replied_sequence = timezone.now(), meeting.sequence
            row.needs = row.needs if needs is None else needs
            row.note = row.note if note is None else note
            row.save()
            if (held and not row.has_place) or row.is_waiting:
                places.promote(meeting)
        self.refresh_from_db()

    def withdraw(self, *, by: Member | None) -> None:
        """Take somebody off: their calendar is told, their place goes on. A second call changes nothing."""
        with transaction.atomic():
            meeting = Meeting.objects.select_for_update().get(pk=self.meeting_id)
            done = Invitation.objects.filter(pk=self.pk, withdrawn_at=None).update(
                withdrawn_at=timezone.now(), waiting_since=None, offered_until=None
            )
            if done and meeting.is_ahead:
                Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1, revised_at=timezone.now())
                meeting.refresh_from_db()
                Announcement.make(What.WITHDRAWN, meeting=meeting, by=by, only=self.member)
                places.promote(meeting)
                Entry.record("took off a list", meeting, by=by)
        self.refresh_from_db()


class CalendarKey(models.Model):
    """The turn of a member's private calendar address: a new turn ends the old address."""

    privacy = Privacy(kept="member", impersonal="id turn")

    member = models.OneToOneField(Member, models.CASCADE, related_name="calendar_key")
    turn = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"turn {self.turn}"

    @classmethod
    def turn_of(cls, member: Member) -> int:
        """The turn that holds now: the first until they asked for another. Reading it writes nothing."""
        return cls.objects.filter(member=member).values_list("turn", flat=True).first() or 1

    @classmethod
    def renew(cls, member: Member) -> None:
        """Give a member a new address; calendars that read the old one read no more."""
        with transaction.atomic():
            cls.objects.get_or_create(member=member)
            cls.objects.filter(member=member).update(turn=F("turn") + 1)
