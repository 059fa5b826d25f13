"""School half terms and bank holidays of a place: looked up with their source, never computed."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from partnerships.models.places import Place
from partnerships.models.sourced import Sourced
from trust.privacy import IMPERSONAL


class HalfTermQuerySet(models.QuerySet["HalfTerm"]):
    def of(self, places) -> "HalfTermQuerySet":
        """Half terms of a partnership's places, in order."""
        return self.filter(place__in=places).order_by("first_on")

    def on(self, day: date) -> "HalfTerm | None":
        """The half term a day falls in, or the next one when it falls in a holiday."""
        return self.filter(last_on__gte=day).order_by("first_on").first()


class HalfTerm(Sourced):
    """One of the six half terms of a school year, first and last school day included."""

    privacy = IMPERSONAL

    place = models.ForeignKey(Place, models.PROTECT, related_name="half_terms")
    school_year = models.CharField(max_length=7, help_text="2025/26")
    name = models.CharField(max_length=20, help_text="Autumn 1")
    number = models.PositiveSmallIntegerField(help_text="1 to 6")
    first_on = models.DateField()
    last_on = models.DateField()
    is_illustrative = models.BooleanField(default=False, help_text="Not from the council: shown as an example only")
    objects = HalfTermQuerySet.as_manager()

    class Meta:
        ordering = ["first_on"]
        constraints = [
            models.UniqueConstraint(fields=["place", "school_year", "number"], name="six_half_terms_a_year"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="half_term_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=6), name="half_term_number_1_to_6"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.school_year}"


class BankHoliday(Sourced):
    """A bank holiday in England."""

    privacy = IMPERSONAL

    day = models.DateField(unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%-d %B %Y}"
