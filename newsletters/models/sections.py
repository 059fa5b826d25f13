"""The parts of a newsletter, and the words as they were after each saving."""

from django.db import models
from django.utils import timezone

from members.models import Member
from newsletters.models.newsletters import Newsletter
from newsletters.models.pictures import Picture
from newsletters.models.stories import Story
from trust.privacy import IMPERSONAL, Privacy


class Section(models.Model):
    """One part of a newsletter: a heading and a piece of Markdown."""

    privacy = IMPERSONAL

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True, help_text="Markdown")
    story = models.ForeignKey(Story, models.PROTECT, related_name="sections", null=True, blank=True)
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="sections", null=True, blank=True)
    alt = models.CharField(max_length=250, blank=True, help_text="What the picture shows, for whoever does not see it")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["newsletter", "position"], name="one_section_per_position")]

    def __str__(self) -> str:
        return self.heading or f"Section {self.position + 1}"


class Revision(models.Model):
    """The words after one saving, so that no text is ever lost to another's."""

    privacy = Privacy(kept="by", impersonal="id newsletter version words at autosaved")

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    words = models.JSONField()
    by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    # Kept by the page itself while somebody wrote; the next such keeping within minutes takes its place.
    autosaved = models.BooleanField(default=False)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["newsletter", "version"], name="one_revision_per_version")]

    def __str__(self) -> str:
        return f"version {self.version}"
