"""Documents of a partnership or a region: where they are, not copies of them."""

from django.db import models
from django.db.models import Q

from partnerships.models.partnerships import Partnership
from partnerships.models.places import Region
from partnerships.models.sourced import Sourced
from trust.privacy import IMPERSONAL


class DocumentQuerySet(models.QuerySet):
    def for_steward(self, member) -> "DocumentQuerySet":
        return self.filter(partnership__in=Partnership.objects.for_steward(member))


class Document(Sourced):
    privacy = IMPERSONAL

    class Kind(models.TextChoices):
        OWN = "own", "The partnership's own"
        RESEARCH = "research", "Research and policy"
        GUIDE = "guide", "For people who start or run a partnership"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="documents", null=True, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="documents", null=True, blank=True)
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.RESEARCH)
    publisher = models.CharField(max_length=160, blank=True)
    year = models.CharField(max_length=20, blank=True)
    url = models.URLField(blank=True, max_length=500)
    summary = models.TextField(blank=True)
    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, region=None) | Q(partnership=None, region__isnull=False),
                name="document_of_a_partnership_or_a_region",
            ),
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_document_per_partnership_and_slug"),
            models.UniqueConstraint(fields=["region", "slug"], name="one_document_per_region_and_slug"),
        ]

    def __str__(self) -> str:
        return self.title
