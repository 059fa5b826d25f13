"""The manager's screens of the directory: her partnership, its priorities, documents and organisations."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import CheckboxSelectMultiple, ModelForm, Textarea, URLInput
from django.http import HttpRequest
from django.utils.text import slugify

from partnerships.models import Document, Organisation, Partnership, Place, Priority
from trust.admin import Walled, desk

ROOMY = {
    models.TextField: {"widget": Textarea(attrs={"rows": 6, "class": "vLargeTextField"})},
    # People type leeds33.com: the address is taken to be https.
    models.URLField: {"assume_scheme": "https", "widget": URLInput(attrs={"class": "vURLField"})},
}
WHERE_FROM = (
    "Where this comes from",
    {
        "fields": ["source", "last_confirmed_on"],
        "description": "Public facts carry their source, and the day somebody last looked whether they still hold.",
    },
)


class Placed(Walled):
    """Rows with places: a tick beside each place of the regions one looks after."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Place:
            regions = Partnership.objects.for_steward(request.user).values("region")
            kwargs |= {"queryset": Place.objects.filter(region__in=regions), "widget": CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class Sourced(Walled):
    """Rows of one partnership that carry a source."""

    formfield_overrides = ROOMY

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Choose the partnership once, when the row is made; with only one to choose, it is chosen already."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("partnership"):
            field.required, field.empty_label = True, None
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["partnership"] if obj else [])]


class PartnershipForm(ModelForm):
    class Meta:
        labels = {
            "slug": "Address on this site",
            "led_by": "Looked after by",
            "website": "Its own site",
            "contact_url": "Its contact page",
            "mailbox": "Replies come to",
            "postal_identity": "Name and address under each mail",
        }


@admin.register(Partnership, site=desk)
class PartnershipAdmin(Placed):
    """What the directory and the partnership's own page say. Its address and its home are not hers to move."""

    form = PartnershipForm
    list_display = ["name", "status", "region", "last_confirmed_on"]
    list_filter = ["status"]
    list_select_related = ["region"]
    search_fields = ["name", "names__name", "places__name"]
    search_help_text = "A name, a former name or a place"
    formfield_overrides = ROOMY
    readonly_fields = ["slug", "region", "merged_into"]
    fieldsets = [
        (
            "What it is called, and how it stands",
            {"fields": ["name", "slug", "status", "merged_into", "region", "places"]},
        ),
        (
            "What it is",
            {
                "fields": ["summary", "about", "vision", "mission", "led_by", "began"],
                "description": "In our own words. Longer texts may hold lists and links, written as Markdown.",
            },
        ),
        (
            "How to reach it",
            {"fields": ["website", "contact_url", "mailbox", "postal_identity", "newsletters_a_year"]},
        ),
        WHERE_FROM,
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A partnership is added with its places and its source by whoever keeps the directory, not here."""
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Merging names a successor and hiding takes a page away: both are the directory keeper's."""
        if db_field.name == "status" and not request.user.is_administrator:
            closed = {Partnership.Status.MERGED, Partnership.Status.HIDDEN}
            kwargs["choices"] = [(s.value, s.label) for s in Partnership.Status if s not in closed]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A state the manager cannot choose, she cannot leave either."""
        closed = {Partnership.Status.MERGED, Partnership.Status.HIDDEN}
        is_closed = obj is not None and obj.status in closed and not request.user.is_administrator
        return [*super().get_readonly_fields(request, obj), *(["status"] if is_closed else [])]


@admin.register(Priority, site=desk)
class PriorityAdmin(Sourced):
    """What a partnership works on. Its place from 1 to 4 chooses its colour and shape."""

    list_display = ["title", "short_name", "partnership", "position", "until_on"]
    list_select_related = ["partnership"]
    fieldsets = [
        ("The priority", {"fields": ["partnership", "title", "short_name", "text"]}),
        ("How it is shown", {"fields": ["position"]}),
        (
            "From when until when",
            {"fields": ["from_on", "until_on"], "description": "Leave both empty while it holds."},
        ),
        WHERE_FROM,
    ]


@admin.register(Document, site=desk)
class DocumentAdmin(Sourced):
    """Where a document can be read: its own address, not a copy."""

    list_display = ["title", "kind", "publisher", "year", "partnership"]
    list_filter = ["kind"]
    list_select_related = ["partnership"]
    search_fields = ["title", "publisher"]
    fieldsets = [
        ("The document", {"fields": ["partnership", "title", "kind", "publisher", "year", "url", "summary"]}),
        WHERE_FROM,
    ]

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        obj.slug = obj.slug or _free_slug(obj)
        super().save_model(request, obj, form, change)


@admin.register(Organisation, site=desk)
class OrganisationAdmin(Placed, Sourced):
    """Who is round the table."""

    list_display = ["name", "sector", "phase", "partnership"]
    list_filter = ["sector"]
    list_select_related = ["partnership"]
    search_fields = ["name", "line"]
    search_help_text = "A name, or words from the line on what it does"
    fieldsets = [
        ("The organisation", {"fields": ["partnership", "name", "sector", "phase", "line", "website"]}),
        ("Where it works", {"fields": ["areas"]}),
        WHERE_FROM,
    ]


def _free_slug(document: Document) -> str:
    """Return an address for a new document that no other of its partnership has."""
    base = slugify(document.title)[:100] or "document"
    taken = set(document.partnership.documents.values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
