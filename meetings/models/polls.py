"""Which of these dates suit you? One poll for a meeting, one question for each date."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from lcep.site import today
from meetings.models.announcements import Announcement, What
from meetings.models.meetings import Meeting
from meetings.models.refusals import NotNow
from members.models import Member
from pods.models import Group
from trust.models import Entry
from trust.privacy import Privacy


class DatePoll(models.Model):
    """Open until `closes_on` has passed, or somebody closed it. `asked` are all who were in the group then or since."""

    privacy = Privacy(kept="made_by", impersonal="id meeting closes_on closed_at made_at")

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="poll")
    closes_on = models.DateField("last day to answer")
    closed_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Dates for {self.meeting}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.meeting.status == Meeting.Status.POLLING

    @property
    def is_due(self) -> bool:
        """Whether there is nothing to wait for: time is up, or everybody has answered."""
        return today() > self.closes_on or not self.silent().exists()

    @classmethod
    def open(cls, group: Group, dates: list[datetime], *, closes_on: date, by: Member, **details) -> "DatePoll":
        """Ask everybody in the group about two to eight dates. Asked already: that poll.

        Raises NotNow for fewer dates, for dates gone by, and for a last day that is over or after the first date.
        """
        dates = sorted(set(dates))
        if not 2 <= len(dates) <= 8:
            raise NotNow("A poll asks about two dates at least, and eight at most.")
        if dates[0] <= timezone.now():
            raise NotNow("One of these dates is over.")
        if not today() <= closes_on < timezone.localdate(dates[0]):
            raise NotNow("The last day to answer must be before the first of the dates.")
        with transaction.atomic():
            meeting = Meeting.begin(group, by=by)
            if meeting.status == Meeting.Status.POLLING:
                return meeting.poll
            Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.POLLING, **details)
            meeting.refresh_from_db()
            poll = cls.objects.create(meeting=meeting, closes_on=closes_on, made_by=by)
            PollOption.objects.bulk_create([PollOption(poll=poll, starts_at=at) for at in dates])
            Announcement.make(What.POLL, meeting=meeting, by=by)
            Entry.record("asked for dates for", meeting, by=by)
        return poll

    def answer(self, member: Member, answers: dict[int, str]) -> None:
        """Keep a member's answers, by option; the last one holds. Raises NotNow when the poll is closed."""
        with transaction.atomic():
            Meeting.objects.select_for_update().get(pk=self.meeting_id)
            poll = DatePoll.objects.select_related("meeting").get(pk=self.pk)
            if not poll.is_open:
                raise NotNow("This poll is closed.")
            for option in poll.options.filter(pk__in=answers):
                option.answers.update_or_create(
                    member=member, defaults={"answer": answers[option.pk], "at": timezone.now()}
                )

    def fix(self, option: "PollOption", *, by: Member, **details) -> Meeting:
        """Plan the meeting on one of the dates: everybody asked is invited. A second press gives the same meeting.

        Raises Planned when another date was fixed meanwhile, NotNow when the date is over.
        """
        group = self.meeting.group
        assert group is not None
        with transaction.atomic():
            meeting = Meeting.schedule(group, starts_at=option.starts_at, by=by, seen=self.meeting_id - 1, **details)
            DatePoll.objects.filter(pk=self.pk, closed_at=None).update(closed_at=timezone.now())
        self.refresh_from_db()
        return meeting

    def silent(self) -> models.QuerySet[Member]:
        """Those in the group who have answered none of its questions."""
        assert self.meeting.group is not None
        answered = PollAnswer.objects.filter(option__poll=self)
        return self.meeting.group.people().exclude(pk__in=answered.values("member"))

    def standing(self) -> list[dict[str, Any]]:
        """Each date with how many said yes, if need be and no, and who: the best first, ties by date."""
        rows = []
        for option in self.options.prefetch_related("answers__member"):
            answers = list(option.answers.all())
            counts = Counter(each.answer for each in answers)
            rows.append(
                {
                    "option": option,
                    "yes": counts["yes"],
                    "maybe": counts["maybe"],
                    "no": counts["no"],
                    "cannot": sorted(str(each.member) for each in answers if each.answer == "no"),
                }
            )
        return sorted(rows, key=lambda row: (-row["yes"] - row["maybe"] / 2, row["no"], row["option"].starts_at))


class PollOption(models.Model):
    """One date of a poll. It never changes, because people have answered it: ask another poll instead."""

    privacy = Privacy(impersonal="id poll starts_at")

    poll = models.ForeignKey(DatePoll, models.CASCADE, related_name="options")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["poll", "starts_at"], name="one_option_per_time")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%-d %B %Y %H:%M}"


class PollAnswer(models.Model):
    privacy = Privacy(exported="option answer at", kept="member", impersonal="id")

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        MAYBE = "maybe", "If need be"
        NO = "no", "No"

    option = models.ForeignKey(PollOption, models.CASCADE, related_name="answers")
    member = models.ForeignKey(Member, models.PROTECT, related_name="poll_answers")
    answer = models.CharField(max_length=5, choices=Answer)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "member"], name="one_answer_per_date"),
            models.CheckConstraint(condition=models.Q(answer__in=["yes", "maybe", "no"]), name="answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_answer_display()}"
