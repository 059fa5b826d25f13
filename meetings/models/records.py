"""What a meeting was about, who came, what came of it."""

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from lcep.site import today
from meetings.models.announcements import Announcement, What
from meetings.models.meetings import Meeting
from meetings.models.refusals import NotNow
from members.models import Member
from partnerships.models.organisations import Sector
from pods.models import Group
from trust.models import Entry
from trust.privacy import Privacy


class Attendance(models.Model):
    """Somebody who was there. Organisation and sector are copied, because people move on."""

    privacy = Privacy(exported="meeting how organisation sector", kept="member", impersonal="id")

    class How(models.TextChoices):
        IN_PERSON = "in person", "in person"
        ONLINE = "online", "online"
        APOLOGIES = "apologies", "sent apologies"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")
    how = models.CharField(max_length=9, choices=How)
    organisation = models.CharField(max_length=200, blank=True)
    sector = models.CharField(max_length=20, choices=Sector, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="there_once")]

    def __str__(self) -> str:
        return f"{self.member}, {self.get_how_display()}"

    @classmethod
    def record(
        cls,
        meeting: Meeting,
        there: dict[Member, str],
        *,
        others: int | None,
        by: Member,
        seen: set[int] | None = None,
    ) -> None:
        """Set who came (member: how); who is not named was not there. Raises NotNow before it begins.

        `seen` are the ids of those who were ticked when the page was opened: of two who record at once, each
        changes what they changed, and no tick of the other is lost. `others` None leaves their number.
        """
        with transaction.atomic():
            Meeting.objects.select_for_update().get(pk=meeting.pk)
            before = set(cls.objects.filter(meeting=meeting).values_list("member", flat=True))
            again = meeting.is_held
            meeting.hold(by=by)
            gone = cls.objects.filter(meeting=meeting).exclude(member__in=there)
            (gone if seen is None else gone.filter(member__in=seen)).delete()
            for member, how in there.items():
                if again and seen is not None and member.pk in seen - before:
                    continue  # somebody else took this tick away meanwhile
                cls.objects.update_or_create(
                    meeting=meeting,
                    member=member,
                    defaults={"how": how},
                    create_defaults={
                        "how": how,
                        "organisation": str(member.organisation or ""),
                        "sector": member.sector,
                    },
                )
            if others is not None:
                Meeting.objects.filter(pk=meeting.pk).update(others=others)
        meeting.refresh_from_db()


class AgendaItem(models.Model):
    """One point of a meeting's agenda, and what came of it."""

    privacy = Privacy(kept="owner", impersonal="id meeting position title minutes kind outcome")

    class Kind(models.TextChoices):
        INFORM = "inform", "to hear"
        DISCUSS = "discuss", "to talk about"
        DECIDE = "decide", "to decide"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.DISCUSS)
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="one_item_per_position")]

    def __str__(self) -> str:
        return self.title


class FollowUpQuerySet(models.QuerySet):
    def open(self) -> "FollowUpQuerySet":
        return self.filter(done_on=None, dropped_on=None)

    def shown(self) -> "FollowUpQuerySet":
        """Open ones, and those done today, so that a slip of the finger can be taken back."""
        return self.filter(Q(done_on=None) | Q(done_on=today()), dropped_on=None)

    def visible_to(self, member) -> "FollowUpQuerySet":
        """Those of one's groups, and those one manages. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        return self.filter(group__in=Group.objects.open_inside_to(member))


class FollowUp(models.Model):
    """What somebody said they would do. An open one stands on the next agenda by itself."""

    privacy = Privacy(
        exported="text owner due_on done_on",
        kept="made_by",
        impersonal="id group meeting dropped_on made_at",
        subject="owner",
    )

    group = models.ForeignKey(Group, models.PROTECT, related_name="follow_ups")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="follow_ups", null=True, blank=True)
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="follow_ups", null=True, blank=True)
    due_on = models.DateField("by when", null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        verbose_name = "follow-up"
        verbose_name_plural = "follow-ups"
        constraints = [
            models.CheckConstraint(condition=Q(done_on=None) | Q(dropped_on=None), name="done_or_dropped"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.dropped_on is None

    def finish(self) -> None:
        """It is done. A second call keeps the first day."""
        FollowUp.objects.filter(pk=self.pk, done_on=None, dropped_on=None).update(done_on=today())
        self.refresh_from_db()

    def take_up_again(self) -> None:
        """It is not done after all. A second call changes nothing."""
        FollowUp.objects.filter(pk=self.pk).update(done_on=None)
        self.refresh_from_db()

    def drop(self) -> None:
        """Nobody will do it, and that is fine. A second call keeps the first day."""
        FollowUp.objects.filter(pk=self.pk, done_on=None, dropped_on=None).update(dropped_on=today())
        self.refresh_from_db()


class MinutesRevision(models.Model):
    """The minutes as somebody saved them. Rows are added and never changed."""

    privacy = Privacy(kept="by", impersonal="id meeting number text at")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes_revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"Minutes of {self.meeting}, revision {self.number}"

    @classmethod
    def latest(cls, meeting: Meeting) -> "MinutesRevision | None":
        return cls.objects.filter(meeting=meeting).order_by("-number").first()

    @classmethod
    def agreed_of(cls, meeting: Meeting) -> "MinutesRevision | None":
        return cls.objects.filter(meeting=meeting, number=meeting.minutes_agreed).first()

    @classmethod
    def write(cls, meeting: Meeting, text: str, *, seen: int, by: Member) -> "MinutesRevision":
        """Save the minutes read at revision `seen` (0: none). The same words again change nothing.

        Raises Conflict, with what stands now, when somebody else saved other words meanwhile; NotNow once agreed.
        """
        with transaction.atomic():
            row = Meeting.objects.select_for_update().get(pk=meeting.pk)
            last = cls.latest(row)
            if last and last.text == text:
                return last
            if row.minutes_agreed:
                raise NotNow("These minutes are agreed: they stay as they are.")
            if (last.number if last else 0) != seen:
                assert last is not None
                raise Conflict(last)
            return cls.objects.create(meeting=row, number=seen + 1, text=text, by=by)

    @classmethod
    def agree(cls, meeting: Meeting, *, number: int, by: Member) -> None:
        """Take a revision as agreed and tell everybody invited what was decided. A second call changes nothing.

        Raises Conflict when a later revision stands by now.
        """
        with transaction.atomic():
            row = Meeting.objects.select_for_update().get(pk=meeting.pk)
            if row.minutes_agreed:
                return
            last = cls.latest(row)
            if last is None or not row.is_held:
                raise NotNow("There are no minutes to agree yet.")
            if last.number != number:
                raise Conflict(last)
            row.minutes_agreed, row.minutes_agreed_at = number, timezone.now()
            row.save(update_fields=["minutes_agreed", "minutes_agreed_at"])
            Announcement.make(What.OUTCOME, meeting=row, by=by)
            Entry.record("agreed the minutes of", row, by=by)
        meeting.refresh_from_db()


def publish_minutes(meeting: Meeting, *, by: Member) -> None:
    """Let everybody read the agreed minutes, on the group's page. A second call changes nothing.

    Raises NotNow for minutes that are not agreed, and for those of an Executive.
    """
    if meeting.group and meeting.group.kind == Group.Kind.EXECUTIVE:
        raise NotNow("Minutes of the Executive are for its members alone.")
    with transaction.atomic():
        agreed = Meeting.objects.filter(pk=meeting.pk, minutes_agreed__isnull=False)
        if not agreed.exists():
            raise NotNow("Only minutes that are agreed can stand on the public page.")
        if agreed.filter(minutes_public_at=None).update(minutes_public_at=timezone.now()):
            Entry.record("published the minutes of", meeting, by=by)
    meeting.refresh_from_db()


def withdraw_minutes(meeting: Meeting, *, by: Member) -> None:
    """Take them off the public page again. A second call changes nothing."""
    with transaction.atomic():
        if Meeting.objects.filter(pk=meeting.pk).exclude(minutes_public_at=None).update(minutes_public_at=None):
            Entry.record("took the minutes off the page of", meeting, by=by)
    meeting.refresh_from_db()


class Conflict(ValueError):
    """Somebody else saved meanwhile. `saved` is what stands now."""

    def __init__(self, saved: MinutesRevision) -> None:
        super().__init__(f"revision {saved.number} stands")
        self.saved = saved


def next_position(meeting: Meeting) -> int:
    last = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
