"""What a manager says of her week, and what became of asking for news."""

from datetime import date

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from mailings.models import Mailing
from members.models import Member
from partnerships.models import Partnership, Stewardship
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy

MONDAY_TO_FRIDAY = "12345"


class WorkingWeek(models.Model):
    """On which days of the week a manager works for what she looks after, and whether a summary begins them.

    `days` are ISO weekdays in order, 1 is Monday: "234" is Tuesday to Thursday. Without a row it is Monday to
    Friday with a summary.
    """

    privacy = IMPERSONAL

    stewardship = models.OneToOneField(Stewardship, models.CASCADE, related_name="working_week")
    days = models.CharField(max_length=7, default=MONDAY_TO_FRIDAY)
    summary = models.BooleanField("a summary by mail on the first of them", default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(days=""), name="works_on_some_day")]

    def __str__(self) -> str:
        return f"days of {self.stewardship}"

    def __contains__(self, day: date) -> bool:
        return str(day.isoweekday()) in self.days

    @classmethod
    def of(cls, stewardship: Stewardship) -> "WorkingWeek":
        """The days somebody chose, or those that hold without choosing (not saved)."""
        return getattr(stewardship, "working_week", None) or cls(stewardship=stewardship)

    @classmethod
    def choose(cls, stewardship: Stewardship, days: str, summary: bool, *, by: Member) -> "WorkingWeek":
        """Set them. The same again changes nothing."""
        with transaction.atomic():
            week, made = cls.objects.get_or_create(stewardship=stewardship, defaults={"days": days, "summary": summary})
            if made or (week.days, week.summary) != (days, summary):
                week.days, week.summary = days, summary
                week.save(update_fields=["days", "summary"])
                Entry.record("chose their working days", stewardship, by=by)
        return week


class AskQuerySet(models.QuerySet["Ask"]):
    def standing(self) -> "AskQuerySet":
        """Those decided: sent or on their way, or not this time. One that was taken back decides nothing."""
        return self.exclude(mailing__state=Mailing.State.STOPPED, mailing__started_at=None)


class Ask(models.Model):
    """ "Have you news?", before the newsletter that is due on a day. Without a mailing: not this time."""

    privacy = Privacy(kept="by", impersonal="id partnership due_on mailing at")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="asks")
    due_on = models.DateField(help_text="When the newsletter is due for which it asks")
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="ask", null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["-due_on"]
        constraints = [models.UniqueConstraint(fields=["partnership", "due_on"], name="one_ask_for_each_newsletter")]

    def __str__(self) -> str:
        return f"{self.partnership} asks for news, due {self.due_on:%-d %B %Y}"

    @property
    def is_standing(self) -> bool:
        mailing = self.mailing
        return mailing is None or mailing.state != Mailing.State.STOPPED or mailing.started_at is not None

    @classmethod
    def send(cls, partnership: Partnership, due_on: date, subject: str, *, by: Member) -> "Ask":
        """Write to those who can be asked, in two minutes. However often it is pressed, there is one mailing."""
        from newsletters.planner.asking import ASK  # the kind's people need the model

        with transaction.atomic():
            ask = cls._locked(partnership, due_on, by)
            if ask.mailing is None or not ask.is_standing:
                ask.mailing = Mailing.schedule(
                    ASK,
                    key=f"ask-{ask.pk}-{ask.mailing_id or 0}",
                    partnership=partnership,
                    subject=subject,
                    by=by,
                )
                ask.by, ask.at = by, timezone.now()
                ask.save(update_fields=["mailing", "by", "at"])
                Entry.record("asked for news in", partnership, by=by)
        return ask

    @classmethod
    def not_this_time(cls, partnership: Partnership, due_on: date, *, by: Member) -> bool:
        """Ask nobody before this newsletter. False when somebody has been asked already."""
        with transaction.atomic():
            ask = cls._locked(partnership, due_on, by)
            if ask.mailing is not None and ask.is_standing:
                return False
            ask.mailing, ask.by = None, by
            ask.save(update_fields=["mailing", "by"])
        return True

    @classmethod
    def _locked(cls, partnership: Partnership, due_on: date, by: Member) -> "Ask":
        cls.objects.get_or_create(partnership=partnership, due_on=due_on, defaults={"by": by})
        return cls.objects.select_for_update().get(partnership=partnership, due_on=due_on)
