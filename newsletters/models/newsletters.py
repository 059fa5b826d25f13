"""The newsletter of a half term: written in sections, sent once, kept for ever."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from members.models import Member
from newsletters import emails
from newsletters.models.queries import NewsletterQuerySet
from newsletters.models.stories import Story
from newsletters.words import SECTIONS, Part, Words
from partnerships.models import HalfTerm, Partnership
from trust.models import Entry
from trust.privacy import Privacy

A_WHILE = timedelta(minutes=5)


class Conflict(ValueError):
    """Somebody else saved meanwhile. `saved` is the newsletter as it stands now."""

    def __init__(self, saved: "Newsletter") -> None:
        super().__init__(f"newsletter {saved.pk} is at version {saved.version}")
        self.saved = saved


class Closed(ValueError):
    """It is planned, on its way or sent: its words stay as they are."""


class Newsletter(models.Model):
    """One issue. `version` counts its savings; `mailing` is the latest attempt to send it."""

    privacy = Privacy(
        kept="made_by edited_by withdrawn_by",
        impersonal="id partnership half_term number subject preheader opening version made_at edited_at mailing "
        "published_at withdrawn_at withdrawal",
    )

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="newsletters")
    half_term = models.ForeignKey(HalfTerm, models.PROTECT, related_name="newsletters", null=True, blank=True)
    number = models.PositiveIntegerField(help_text="Its number in this partnership's archive")
    subject = models.CharField(max_length=150)
    preheader = models.CharField(max_length=150, blank=True, help_text="What an inbox shows beside the subject")
    opening = models.TextField(blank=True, help_text="Markdown: your opening words")
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    edited_at = models.DateTimeField(default=timezone.now)
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="newsletter", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="For issues sent before they came here")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    withdrawal = models.CharField(max_length=300, blank=True, help_text="Why, in a sentence that everybody reads")
    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_newsletter_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="newsletter_numbers_begin_at_1"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | ~Q(withdrawal=""), name="issue_withdrawn_with_why"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("newsletters:newsletter", args=[self.partnership.slug, self.number])

    @property
    def is_draft(self) -> bool:
        return self.published_at is None and (self.mailing is None or self._was_called_off)

    @property
    def is_planned(self) -> bool:
        """Whether it waits for its time, and can still be taken back."""
        return self.mailing is not None and self.mailing.state == Mailing.State.SCHEDULED

    @property
    def is_published(self) -> bool:
        return self.published_at is not None or (self.mailing is not None and self.mailing.started_at is not None)

    @property
    def can_be_corrected(self) -> bool:
        """Whether somebody has it from here, and nobody is still about to get it."""
        return self.mailing is not None and self.mailing.is_over and self.mailing.started_at is not None

    @property
    def is_tested(self) -> bool:
        """Whether somebody sent themselves a test of exactly these words."""
        return self.proofs.filter(version=self.version).exists()

    @property
    def words(self) -> Words:
        parts = tuple(
            Part(section.heading, section.body, section.story_id, section.picture_id, section.alt)
            for section in self.sections.all()
        )
        return Words(self.number, self.half_term_id, self.subject, self.preheader, self.opening, parts)

    @classmethod
    def begin(cls, partnership: Partnership, words: Words, *, by: Member | None = None) -> "Newsletter":
        """Start a draft. A number that is taken gives the newsletter that has it, unchanged."""
        with transaction.atomic():
            newsletter, made = cls.objects.get_or_create(
                partnership=partnership,
                number=words.number,
                defaults={"subject": words.subject, "version": 0, "made_by": by},
            )
            if made:
                newsletter._write(words, by)
                Entry.record("began", newsletter, by=by)
        return newsletter

    @classmethod
    def bring(cls, partnership: Partnership, words: Words, *, published_at: datetime, by: Member) -> "Newsletter":
        """Put an issue into the archive that was sent before the list came here. Nobody is mailed.

        A number that is taken gives the newsletter that has it, unchanged.
        """
        with transaction.atomic():
            newsletter, made = cls.objects.get_or_create(
                partnership=partnership,
                number=words.number,
                defaults={"subject": words.subject, "version": 0, "made_by": by, "published_at": published_at},
            )
            if made:
                newsletter._write(words, by)
                Entry.record("brought", newsletter, by=by)
        return newsletter

    def take_out(self, by: Member) -> bool:
        """Take an issue that was brought along out of the archive again. False for any other, and a second time."""
        with transaction.atomic():
            brought = Newsletter.objects.filter(pk=self.pk, mailing=None, published_at__isnull=False)
            row = brought.select_for_update().first()
            if row is None:
                return False
            Entry.record("took out of the archive", row, by=by)
            row.delete()
        return True

    def revise(self, words: Words, *, version: int, by: Member, autosaved: bool = False) -> None:
        """Replace the words read at `version`. The same words again change nothing.

        What the page has kept by itself (`autosaved`) takes the place of what it kept minutes before.

        Raises Conflict when somebody saved other words meanwhile, Closed when it is no draft any more.
        """
        with transaction.atomic():
            row = self._locked()
            if not row.is_draft:
                raise Closed
            if row.words != words:
                if row.version != version:
                    raise Conflict(row)
                row._write(words, by, autosaved=autosaved)
                if not autosaved:
                    Entry.record("edited", row, by=by, version=row.version)
        self.refresh_from_db()

    def add(self, stories: Iterable[Story], *, by: Member) -> int:
        """Put stories behind the words that are there, as sections of their own. Return how many were new to it.

        Raises Closed when it is no draft any more.
        """
        with transaction.atomic():
            row = self._locked()
            words = row.words
            there = {part.story for part in words.sections}
            new = [story for story in stories if story.pk not in there][: SECTIONS - len(words.sections)]
            parts = tuple(Part(story.title, story.body, story.pk) for story in new)
            row.revise(replace(words, sections=words.sections + parts), version=row.version, by=by)
        self.refresh_from_db()
        return len(new)

    def test(self, by: Member) -> models.Model:
        """Send the manager who asks a test of these words. Pressed twice within a minute: one test."""
        with transaction.atomic():
            row = self._locked()
            just_now = timezone.now() - timedelta(minutes=1)
            recent = row.proofs.filter(version=row.version, to=by, at__gt=just_now).first()
            if recent:
                return recent
            proof = row.proofs.create(version=row.version, to=by)
            proof.send()
            Entry.record("tested", row, by=by, version=row.version)
        return proof

    def send(self, *, version: int, by: Member, send_at: datetime | None = None) -> Mailing:
        """Send the words read at `version` to the list: in two minutes, or at `send_at`.

        However often and by however many it is pressed, there is one mailing. Raises Conflict when the
        words are others by now, Closed for an issue that was brought along.
        """
        with transaction.atomic():
            row = self._locked()
            if row.published_at:
                raise Closed
            if row.is_draft:
                if row.version != version:
                    raise Conflict(row)
                row.mailing = Mailing.schedule(
                    emails.NEWSLETTER,
                    key=f"newsletter-{row.pk}-{row.mailing_id or 0}",
                    partnership=row.partnership,
                    subject=row.subject,
                    by=by,
                    send_at=send_at,
                )
                row.save(update_fields=["mailing"])
                Entry.record("pressed Send on", row, by=by, version=version)
        self.refresh_from_db()
        assert row.mailing is not None
        return row.mailing

    def undo(self, by: Member) -> bool:
        """Take it back before it begins: it is a draft again. False when it had begun, or was taken back before."""
        with transaction.atomic():
            row = self._locked()
            undone = row.mailing is not None and row.mailing.undo(by)
            if undone:
                Entry.record("took back", row, by=by)
        self.refresh_from_db()
        return undone

    def withdraw(self, because: str, by: Member) -> bool:
        """Take its words and pictures out of the archive, with a sentence that says why. False when they were out.

        Nobody's copy comes back from their inbox; the archive and the feed say that it was withdrawn.
        """
        return self._hang("withdrew", by, out=False, withdrawn_at=timezone.now(), withdrawn_by=by, withdrawal=because)

    def put_back(self, by: Member) -> bool:
        """Undo a withdrawal. False when there was none."""
        return self._hang("put back", by, out=True, withdrawn_at=None, withdrawn_by=None, withdrawal="")

    def _hang(self, verb: str, by: Member, *, out: bool, **changes: Any) -> bool:
        with transaction.atomic():
            row = self._locked()
            done = row.is_published and (row.withdrawn_at is not None) is out
            if done:
                Newsletter.objects.filter(pk=self.pk).update(**changes)
                Entry.record(verb, row, by=by)
        self.refresh_from_db()
        return done

    @property
    def _was_called_off(self) -> bool:
        return self.mailing.state == Mailing.State.STOPPED and self.mailing.started_at is None

    def _locked(self) -> "Newsletter":
        return Newsletter.objects.select_for_update().get(pk=self.pk)

    def _write(self, words: Words, by: Member | None, *, autosaved: bool = False) -> None:
        """Set the words and keep them as a revision of their own; sections keep their rows by position."""
        self.number, self.half_term_id = words.number, words.half_term
        self.subject, self.preheader, self.opening = words.subject, words.preheader, words.opening
        self.version, self.edited_by, self.edited_at = self.version + 1, by, timezone.now()
        self.save()
        self.sections.filter(position__gte=len(words.sections)).delete()
        for position, part in enumerate(words.sections):
            defaults = {"heading": part.heading, "body": part.body, "story_id": part.story}
            defaults |= {"picture_id": part.picture, "alt": part.alt}
            self.sections.update_or_create(position=position, defaults=defaults)
        if autosaved:
            self._drop_what_it_kept_just_now(by)
        self.revisions.create(version=self.version, words=words.as_json(), by=by, autosaved=autosaved)

    def _drop_what_it_kept_just_now(self, by: Member | None) -> None:
        """A wording every half minute would bury those that somebody saved; one that was tested stays."""
        tested = self.proofs.values("version")
        last = self.revisions.filter(version=self.version - 1, autosaved=True, by=by, at__gt=timezone.now() - A_WHILE)
        last.exclude(version__in=tested).delete()
