"""Regions and places: where a partnership works."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from partnerships.models.sourced import Sourced
from trust.privacy import IMPERSONAL


class RegionQuerySet(models.QuerySet["Region"]):
    def for_steward(self, member) -> "RegionQuerySet":
        """The regions whose listed entries a member keeps today; all of them for an administrator. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        stewardships: Any = Region._meta.get_field("stewardships").related_model
        return self.filter(pk__in=stewardships.objects.current().filter(member=member).values("region"))


class Region(Sourced):
    privacy = IMPERSONAL

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    introduction = models.TextField(blank=True, help_text="Markdown")
    position = models.PositiveSmallIntegerField(default=100)
    objects = RegionQuerySet.as_manager()

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
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Where it stands on the tile map")
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Counted from 1, from the top")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "tile_column", "tile_row"], name="one_place_per_tile"),
            models.CheckConstraint(
                condition=Q(tile_column=None, tile_row=None) | Q(tile_column__gte=1, tile_row__gte=1),
                name="tile_has_a_column_and_a_row",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def for_steward(self, member) -> "ProgrammeQuerySet":
        return self.filter(region__in=Region.objects.for_steward(member))


class Programme(Sourced):
    """Money or help that a region's partnerships had for some years."""

    privacy = IMPERSONAL

    region = models.ForeignKey(Region, models.PROTECT, related_name="programmes")
    name = models.CharField(max_length=120)
    years = models.CharField(max_length=40, help_text="In words: '2018 to 2022'")
    text = models.TextField(help_text="Markdown, a summary in our own words")
    url = models.URLField(blank=True, max_length=500)
    position = models.PositiveSmallIntegerField(default=1)
    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="one_programme_per_name")]

    def __str__(self) -> str:
        return self.name
