"""The screens of a region: its introduction, who supports it and with what, its programmes, places and school terms."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from partnerships.admin.screens import SOURCE, WHERE_FROM, OfRegion, PlainForm, unlinked
from partnerships.models import HalfTerm, Organisation, Place, Programme, Region, Supporter
from partnerships.slugs import free_slug
from trust.admin import Rows, desk


class RegionForm(PlainForm):
    class Meta:
        help_texts = {
            "introduction": "Two or three sentences. A list begins each line with a dash.",
            "position": "Lower numbers come first on the front page",
            "source": SOURCE,
        }
        labels = {"slug": "Address on this site", "position": "Order"}


@admin.register(Region, site=desk)
class RegionAdmin(OfRegion):
    """The officer writes the introduction; the region's name and address are not hers to move."""

    form = RegionForm
    list_display = ["name", "last_confirmed_on"]
    fieldsets = [
        ("What does a visitor read first?", {"fields": ["introduction"]}),
        ("What is it called?", {"fields": ["name", "slug", "position"]}),
        WHERE_FROM,
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", *([] if request.user.is_administrator else ["name", "position"])]


class SupporterForm(PlainForm):
    called = forms.CharField(
        label="Which organisation",
        max_length=160,
        help_text="As it writes itself, like: A New Direction",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        labels = {"contact_url": "Its contact page", "from_on": "Since", "until_on": "Until"}
        help_texts = {
            "offer": "What partnerships get from it. A list begins each line with a dash. Only what its own pages say.",
            "contact_url": "Like: anewdirection.org.uk/contact",
            "until_on": "Empty while it supports the region",
            "source": SOURCE,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("called", None)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        since, until = said.get("from_on"), said.get("until_on")
        if since and until and until < since:
            self.add_error("until_on", "“Until” lies before “Since”: look at both days")
        return said


@admin.register(Supporter, site=desk)
class SupporterAdmin(OfRegion):
    """An organisation that supports a region's partnerships, and what it offers them."""

    form = SupporterForm
    list_display = ["organisation", "region", "from_on", "until_on"]
    list_select_related = ["organisation", "region"]
    readonly_fields = ["organisation"]
    nothing_yet = "Who supports the partnerships of your region will stand here."
    how_do_i = (
        (
            "How do I say that the support has ended?",
            "Give it a last day under “Until”. The region’s page then stops naming it; nothing is deleted.",
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        who = ["organisation", "region"] if obj else ["called", "region"]
        return [
            ("Who supports which region?", {"fields": who}),
            ("What does it offer?", {"fields": ["offer", "contact_url"]}),
            ("From when until when?", {"fields": ["from_on", "until_on"]}),
            WHERE_FROM,
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who supports a region is the site's to say; what it offers is the officer's."""
        return super().has_add_permission(request) and request.user.is_administrator

    def save_model(self, request: HttpRequest, obj: Supporter, form: Any, change: bool) -> None:
        if not change:
            name = form.cleaned_data["called"]
            known = Organisation.objects.filter(partnership=None, name__iexact=name).first()
            obj.organisation = known or Organisation.objects.create(name=name)
        super().save_model(request, obj, form, change)


class ProgrammeForm(PlainForm):
    class Meta:
        labels = {"text": "What it was or is", "url": "Where one can read more", "position": "Order"}
        help_texts = {
            "name": "Like: Challenge London",
            "years": "In words, like: 2018 to 2022",
            "text": "In our own words, with the figures its own pages give",
            "url": "Like: anewdirection.org.uk/challenge-london",
            "source": SOURCE,
        }


@admin.register(Programme, site=desk)
class ProgrammeAdmin(OfRegion):
    """Money or help that the partnerships of a region had for some years."""

    form = ProgrammeForm
    list_display = ["name", "years", "region"]
    list_select_related = ["region"]
    nothing_yet = "Money or help that your region’s partnerships had for some years will stand here."
    fieldsets = [
        ("Which programme?", {"fields": ["region", "name", "years"]}),
        ("What was or is it?", {"fields": ["text", "url", "position"]}),
        WHERE_FROM,
    ]


class PlaceForm(PlainForm):
    class Meta:
        labels = {
            "inside": "Inside which place",
            "slug": "Address on this site",
            "tile_column": "Column on the tile map",
            "tile_row": "Row on the tile map",
        }
        help_texts = {"name": "Like: Barking and Dagenham", "inside": "A ward lies inside a city or a borough"}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        region = self.instance.region if self.instance.pk else said.get("region")
        if (inside := said.get("inside")) and region:
            self._lies_inside(inside, region)
        if (said.get("tile_column") is None) != (said.get("tile_row") is None):
            self.add_error("tile_row", "On the tile map a place has a column and a row: give both, or neither")
        elif said.get("tile_column") is not None and region:
            column, row = said["tile_column"], said["tile_row"]
            taken = Place.objects.filter(region=region, tile_column=column, tile_row=row).exclude(pk=self.instance.pk)
            if 0 in (column, row):
                self.add_error("tile_row", "Columns and rows are counted from 1")
            elif other := taken.first():
                self.add_error("tile_row", f"{other} stands on this tile already: choose another")
        return said

    def _lies_inside(self, inside: Place, region: Region) -> None:
        """Raise the alarm over another region's place, or a place that would lie inside itself."""
        if inside.region_id != region.pk:
            self.add_error("inside", f"{inside} lies in {inside.region}: choose a place of {region}")
        outer: Place | None = inside
        while outer is not None:
            if outer.pk == self.instance.pk:
                self.add_error("inside", f"{inside} lies inside {outer} itself: choose another")
                return
            outer = outer.inside


class HalfTermForm(PlainForm):
    class Meta:
        labels = {"first_on": "First school day", "last_on": "Last school day", "number": "Number", "name": "Called"}
        help_texts = {"school_year": "Like: 2026/27", "number": "1 to 6", "name": "Like: Autumn 2"}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first_on"), said.get("last_on")
        if first and last and last < first:
            raise ValidationError("The last school day lies before the first: look at both days")
        if not 1 <= (said.get("number") or 1) <= 6:
            self.add_error("number", "A school year has half terms 1 to 6")
        return said


class HalfTerms(Rows):
    """School dates of a place, as its council publishes them."""

    model = HalfTerm
    form = HalfTermForm
    fields = ["school_year", "number", "name", "first_on", "last_on", "source"]
    can_delete = False
    verbose_name = "half term"
    verbose_name_plural = "school dates, as the council publishes them"
    ordering = ["-first_on"]


@admin.register(Place, site=desk)
class PlaceAdmin(OfRegion):
    """A borough, city, district or ward, where it lies, and its school dates."""

    form = PlaceForm
    inlines = [HalfTerms]
    list_display = ["name", "kind", "inside", "region"]
    list_filter = ["kind"]
    list_select_related = ["inside", "region"]
    search_fields = ["name"]
    search_help_text = "A place"
    readonly_fields = ["slug"]
    how_do_i = (
        (
            "How do I add the next school year?",
            "Open the place, press “Add another half term” and copy its six half terms from the council’s page.",
        ),
        (
            "Why do the dates matter?",
            "Listed contacts are asked in the first fortnight of a half term. Without dates nobody is asked.",
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        what = ["name", "kind", *(["slug"] if obj else []), "region", "inside"]
        return [
            ("Which place is it?", {"fields": what}),
            ("Where does it stand on the tile map?", {"fields": ["tile_column", "tile_row"]}),
            WHERE_FROM,
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        """Those of the regions one keeps. Places belong to nobody, so their wall stands here."""
        return Place.objects.filter(region__in=Region.objects.for_steward(request.user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "inside":
            kwargs["queryset"] = self.get_queryset(request).exclude(kind=Place.Kind.WARD)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("inside"):
            unlinked(field)
        return form

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        obj.slug = obj.slug or free_slug(obj.name, Place.objects.values_list("slug", flat=True), "place")
        super().save_model(request, obj, form, change)
