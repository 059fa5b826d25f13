"""A story: written once, approved by the manager, read on the noticeboard and in newsletters."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from lcep.site import today
from members.models import Member
from newsletters import plain
from partnerships.models import Partnership, Priority
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy

if TYPE_CHECKING:
    from newsletters.models.newsletters import Newsletter

SAME_AGAIN = timedelta(days=1)


class StoryQuerySet(models.QuerySet["Story"]):
    def waiting(self) -> "StoryQuerySet":
        """Sent, and neither approved nor refused yet."""
        return self.filter(approved_at=None, refused_at=None)

    def approved(self) -> "StoryQuerySet":
        return self.filter(approved_at__isnull=False, withdrawn_at=None)

    def open(self) -> "StoryQuerySet":
        """What the noticeboard shows as new: approved, and its closing date, where it has one, not over."""
        return self.approved().filter(Q(closes_on=None) | Q(closes_on__gte=today()))

    def over(self) -> "StoryQuerySet":
        return self.approved().filter(closes_on__lt=today())

    def in_no_issue(self) -> "StoryQuerySet":
        """Those that stand in no newsletter yet, not even in a draft."""
        sections = self.model._meta.get_field("sections").related_model
        return self.filter(~Exists(sections._default_manager.filter(story=OuterRef("pk"))))

    def visible_to(self, member: Any) -> "StoryQuerySet":
        """What anybody may read: what was approved, of listed partnerships. Accepts AnonymousUser."""
        return self.approved().filter(partnership__in=Partnership.objects.visible_to(member))

    def forget(self) -> int:
        """The writer's name goes from every story, and all of one that nobody approved; what was published stays."""
        self.filter(approved_at=None).update(title="Forgotten", text="", link="")
        return self.update(credit="", writer=None)

    def for_steward(self, member: Any) -> "StoryQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


class Story(models.Model):
    """A piece of news, with its kind, whom it is for, and until when it holds.

    Without a closing date it stays as the partnership's record. A refusal has a sentence. Nothing is
    deleted: what should no longer be read is withdrawn.
    """

    privacy = Privacy(
        exported="title text link credit sent_at",
        kept="writer decided_by",
        impersonal="id partnership kind closes_on priority approved_at refused_at refusal withdrawn_at",
        subject="writer",
    )

    class Kind(models.TextChoices):
        NEWS = "news", "Members' news"
        PROJECT = "project", "Project"
        FUNDING = "funding", "Funding"
        JOB = "job", "Job"
        CPD = "cpd", "Training and CPD"
        POLICY = "policy", "Policy and lobbying"
        CALL = "call", "Partnership call"
        EVENT = "event", "Event"
        OPPORTUNITY = "opportunity", "For young people, to pass on"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="stories")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=5000)
    link = models.URLField(blank=True, max_length=500)
    closes_on = models.DateField(null=True, blank=True)
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="stories", null=True, blank=True)
    credit = models.CharField(max_length=160, blank=True)
    writer = models.ForeignKey(Member, models.SET_NULL, related_name="stories", null=True, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = StoryQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name_plural = "stories"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(refused_at=None), name="story_approved_or_refused"
            ),
            models.CheckConstraint(condition=Q(refused_at=None) | ~Q(refusal=""), name="refused_with_a_sentence"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(approved_at__isnull=False), name="withdrawn_once_approved"
            ),
        ]
        indexes = [models.Index(fields=["partnership", "approved_at"], name="story_approved")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("newsletters:story", args=[self.partnership.slug, self.pk])

    @property
    def is_over(self) -> bool:
        return self.closes_on is not None and self.closes_on < today()

    @property
    def is_open(self) -> bool:
        return self.approved_at is not None and self.withdrawn_at is None and not self.is_over

    @property
    def is_waiting(self) -> bool:
        return self.approved_at is None and self.refused_at is None

    @property
    def summary(self) -> str:
        """Its first words, as one line without Markdown's signs."""
        words = " ".join(plain.text(self.text, 2).split())
        return Truncator(words).words(30, truncate="…")

    @property
    def body(self) -> str:
        """The story as the Markdown of a newsletter's section: its text, its link, its closing date, its credit."""
        parts = [self.text.strip()]
        if self.link:
            parts.append(f"[{_linked(self.title)}: find out more]({self.link})")
        if self.closes_on:
            parts.append(f"Closes on {_day(self.closes_on)}.")
        if self.credit:
            parts.append(f"From {self.credit}.")
        return "\n\n".join(parts)

    @classmethod
    def send(cls, partnership: Partnership, *, writer: Member, readers: list[str], **words: Any) -> "Story":
        """Keep a story that waits for the manager. The same one again within a day is the one that is there."""
        with transaction.atomic():
            again = cls.objects.filter(
                partnership=partnership,
                writer=writer,
                title=words["title"],
                text=words["text"],
                sent_at__gt=timezone.now() - SAME_AGAIN,
            ).first()
            if again:
                return again
            story = cls.objects.create(partnership=partnership, writer=writer, **words)
            story.read_by(readers)
        return story

    def read_by(self, readers: list[str]) -> None:
        """Say for whom it is: values of Readership.Reader; none means for everybody."""
        with transaction.atomic():
            self.readerships.exclude(reader__in=readers).delete()
            rows = [Readership(story=self, reader=reader) for reader in readers]
            Readership.objects.bulk_create(rows, ignore_conflicts=True)

    def approve(self, by: Member) -> bool:
        """Put it on the noticeboard and tell its writer. False when somebody had decided already."""
        return self._decide(by, "approved", approved_at=timezone.now())

    def refuse(self, because: str, by: Member) -> bool:
        """Say no, with a sentence that the writer gets. False when somebody had decided already."""
        return self._decide(by, "refused", refused_at=timezone.now(), refusal=because)

    def withdraw(self, by: Member) -> bool:
        """Take it off the noticeboard; newsletters that went out stay as they are. False when it was not there."""
        return self._hang(by, "withdrew", hangs=True, withdrawn_at=timezone.now())

    def put_back(self, by: Member) -> bool:
        """Undo a withdrawal. False when it hung there."""
        return self._hang(by, "put back", hangs=False, withdrawn_at=None)

    def _hang(self, by: Member, verb: str, *, hangs: bool, withdrawn_at: Any) -> bool:
        with transaction.atomic():
            approved = Story.objects.filter(pk=self.pk, approved_at__isnull=False)
            done = bool(approved.filter(withdrawn_at__isnull=hangs).update(withdrawn_at=withdrawn_at))
            if done:
                Entry.record(verb, self, by=by)
        self.refresh_from_db()
        return done

    def _decide(self, by: Member, verb: str, **changes: Any) -> bool:
        from newsletters.stories import emails  # the message needs the model

        with transaction.atomic():
            first = bool(Story.objects.waiting().filter(pk=self.pk).update(decided_by=by, **changes))
            self.refresh_from_db()
            if first:
                Entry.record(verb, self, by=by)
                if self.writer and self.writer != by and not self.writer.erased_at:
                    emails.decided(self).send()
        return first


class Readership(models.Model):
    """One sort of people a story is for."""

    privacy = IMPERSONAL

    class Reader(models.TextChoices):
        EARLY = "early", "Early years"
        PRIMARY = "primary", "Primary schools"
        SECONDARY = "secondary", "Secondary schools"
        SPECIAL = "special", "Special schools"
        ORGANISATIONS = "organisations", "Cultural organisations"
        FREELANCERS = "freelancers", "Freelancers and artists"
        YOUTH = "youth", "Youth workers"
        YOUNG = "young", "Young people, through an adult"

    story = models.ForeignKey(Story, models.CASCADE, related_name="readerships")
    reader = models.CharField(max_length=14, choices=Reader)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["story", "reader"], name="once_for_each_reader")]

    def __str__(self) -> str:
        return self.get_reader_display()


def _linked(title: str) -> str:
    """A title that may stand between the brackets of a Markdown link."""
    return title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _day(day: date) -> str:
    return f"{day:%A %-d %B %Y}"


def with_newsletters(stories: StoryQuerySet) -> StoryQuerySet:
    """Prefetch the newsletters each story stands in."""
    return stories.prefetch_related("sections__newsletter__mailing")


def issues_of(story: Story) -> "list[Newsletter]":
    """The newsletters a story stands in and that have gone out, newest first."""
    issues = {section.newsletter for section in story.sections.all() if section.newsletter.is_published}
    return sorted(issues, key=lambda issue: -issue.number)
