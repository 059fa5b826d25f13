"""The newsletter of a half term: written in sections, sent once, kept for ever."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from mailings.models import Mailing
from members.models import Member
from partnerships.models import HalfTerm, Partnership
from trust.privacy import IMPERSONAL, Privacy


class NewsletterQuerySet(models.QuerySet):
    def published(self) -> "NewsletterQuerySet":
        """What the archive shows: issues that have gone out, newest first."""
        return self.filter(published_at__isnull=False).order_by("-number")

    def drafts(self) -> "NewsletterQuerySet":
        return self.filter(mailing=None)

    def for_steward(self, member) -> "NewsletterQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())


class Newsletter(models.Model):
    privacy = Privacy(
        kept="made_by tested_by",
        impersonal="id partnership half_term number subject preheader opening version tested_version made_at "
        "edited_at mailing published_at",
    )

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="newsletters")
    half_term = models.ForeignKey(HalfTerm, models.PROTECT, related_name="newsletters", null=True, blank=True)
    number = models.PositiveIntegerField(help_text="Its number in this partnership's archive")
    subject = models.CharField(max_length=150)
    preheader = models.CharField(max_length=150, blank=True, help_text="What an inbox shows beside the subject")
    opening = models.TextField(blank=True, help_text="Markdown: your opening words")
    version = models.PositiveIntegerField(default=1)
    tested_version = models.PositiveIntegerField(null=True, blank=True)
    tested_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(auto_now=True)
    mailing = models.OneToOneField(Mailing, models.PROTECT, related_name="newsletter", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    objects = NewsletterQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_newsletter_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="newsletter_numbers_begin_at_1"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("newsletters:newsletter", args=[self.partnership.slug, self.number])


class Section(models.Model):
    """One part of a newsletter: a heading and a piece of Markdown."""

    privacy = IMPERSONAL

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(max_length=120)
    body = models.TextField(help_text="Markdown")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.heading
