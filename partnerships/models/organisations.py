"""Organisations: who is round the table, and who supports a region."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from lcep.site import today
from partnerships.models.partnerships import Partnership
from partnerships.models.places import Place, Region
from partnerships.models.sourced import Sourced
from trust.privacy import IMPERSONAL


class Sector(models.TextChoices):
    CULTURAL = "cultural", "Cultural organisation"
    MUSEUM = "museum", "Museum, gallery or heritage"
    LIBRARY = "library", "Library"
    SCHOOL = "school", "School"
    EARLY_YEARS = "early-years", "Early years"
    FURTHER = "further", "Further education"
    HIGHER = "higher", "Higher education"
    MUSIC_HUB = "music-hub", "Music hub"
    YOUTH = "youth", "Youth sector"
    LOCAL_AUTHORITY = "local-authority", "Local authority"
    COMMUNITY = "community", "Community or voluntary"
    INDUSTRY = "industry", "Creative industries or employer"
    HEALTH = "health", "Health"
    FREELANCE = "freelance", "Freelancer"
    FUNDER = "funder", "Funder"


class Phase(models.TextChoices):
    EARLY = "early", "Early years"
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    SPECIAL = "special", "Special"
    ALTERNATIVE = "alternative", "Alternative provision"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def for_steward(self, member) -> "OrganisationQuerySet":
        return self.filter(partnership__in=Partnership.objects.for_steward(member))

    def visible_to(self, member) -> "OrganisationQuerySet":
        return self.filter(partnership__in=Partnership.objects.visible_to(member))

    def called(self, name: str, partnership: Partnership) -> "Organisation":
        """The organisation a partnership knows by this name, in any case; a new row the first time."""
        self.bulk_create([Organisation(name=name, partnership=partnership)], ignore_conflicts=True)
        return self.get(name__iexact=name, partnership=partnership)


class Organisation(Sourced):
    """A school, museum, council or company, as one partnership knows it. Supporters belong to no partnership."""

    privacy = IMPERSONAL

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="organisations", null=True, blank=True)
    name = models.CharField(max_length=160)
    sector = models.CharField(max_length=20, choices=Sector, blank=True)
    phase = models.CharField(max_length=12, choices=Phase, blank=True, help_text="For schools")
    areas = models.ManyToManyField(Place, related_name="organisations", blank=True)
    line = models.CharField(max_length=200, blank=True, help_text="One line on what it does")
    website = models.URLField(blank=True)
    agreed_on = models.DateField(
        "agreed to be shown on", null=True, blank=True, help_text="Empty: it is not named on the network page"
    )
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), "partnership", name="one_organisation_per_name"),
            models.UniqueConstraint(Lower("name"), condition=Q(partnership=None), name="one_supporter_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SupporterQuerySet(models.QuerySet):
    def current(self) -> "SupporterQuerySet":
        on = today()
        return self.filter(Q(from_on=None) | Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gte=on))

    def for_steward(self, member) -> "SupporterQuerySet":
        return self.filter(region__in=Region.objects.for_steward(member))


class Supporter(Sourced):
    """An organisation that supports a region, from and until a date where they are known."""

    privacy = IMPERSONAL

    region = models.ForeignKey(Region, models.PROTECT, related_name="supporters")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="supports")
    offer = models.TextField(blank=True, help_text="Markdown: what it offers to partnerships")
    contact_url = models.URLField(blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    objects = SupporterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(from_on=None) | Q(until_on__gte=models.F("from_on")),
                name="supporter_until_after_from",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} supports {self.region}"
