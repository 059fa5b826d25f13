"""Regions and places: where a partnership works."""

from django.db import models
from django.urls import reverse

from partnerships.models.sourced import Sourced
from trust.privacy import IMPERSONAL


class Region(Sourced):
    privacy = IMPERSONAL

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    introduction = models.TextField(blank=True, help_text="Markdown")
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:region", args=[self.slug])


class Place(Sourced):
    """A ward, borough, district or city, each inside another."""

    privacy = IMPERSONAL

    class Kind(models.TextChoices):
        CITY = "city", "city"
        BOROUGH = "borough", "borough"
        DISTRICT = "district", "district"
        WARD = "ward", "ward"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    region = models.ForeignKey(Region, models.PROTECT, related_name="places")
    inside = models.ForeignKey("self", models.PROTECT, related_name="parts", null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
