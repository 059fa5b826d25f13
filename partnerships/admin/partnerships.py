"""A partnership on the desk: her own for a manager, the listed entries of her region for a supporter's officer."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from lcep.site import today
from partnerships.admin import keeping
from partnerships.admin.forms import EntryForm, LinkForm, NameForm, PartnershipForm
from partnerships.admin.screens import WHERE_FROM, Door, Placed, keeps_a_region, unlinked
from partnerships.models import Link, Partnership, PartnershipName, Place
from partnerships.slugs import free_slug
from trust.admin import Rows, desk

Status = Partnership.Status


class Links(Rows):
    """Where else it can be followed."""

    model = Link
    form = LinkForm
    fields = ["kind", "url", "source"]
    verbose_name = "link"
    verbose_name_plural = "where else can it be followed?"
    formfield_overrides = Placed.formfield_overrides


class Names(Rows):
    """Names it had, by which people still look for it."""

    model = PartnershipName
    form = NameForm
    fields = ["name", "from_when", "until_when", "note", "source"]
    can_delete = False
    verbose_name = "name it had"
    verbose_name_plural = "what was it called before?"


FOR_NEW_ONES = (
    (
        "Where does its address on this site come from?",
        "From its name, when you save. It stays the same for ever, also under a new name, so that links keep working.",
    ),
    (
        "What if I do not know whether it still exists?",
        "List it as “Not confirmed” and say where you read of it. Visitors are told exactly that.",
    ),
)
FOR_ENTRIES = (
    (
        "What do I do when it has gone into another one?",
        "Press “Merge it into another”. Its page stays and says so, and people who look for its name find the other.",
    ),
    ("What if its people want to run it from here?", "Tell the keeper of the site whom to appoint as its manager."),
)


@admin.register(Partnership, site=desk)
class PartnershipAdmin(Placed):
    """What the directory and the partnership's own page say. Its address and its home are not hers to move."""

    form = PartnershipForm
    inlines = [Names, Links]
    list_display = ["name", "status", "region", "last_confirmed"]
    list_filter = ["status"]
    list_select_related = ["region"]
    search_fields = ["name", "names__name", "places__name"]
    search_help_text = "A name, a former name or a place"
    # In words: Django would lead from them to rows that a manager may not open.
    readonly_fields = ["slug", "of_region", "part_of"]
    actions = ["still_right_today"]
    added_in_rows = False
    nothing_yet = "What you look after will stand here."
    how_do_i = (
        (
            "How do I say that everything is still right?",
            "Press “Still right today”. Visitors then see today’s date beside “last confirmed”.",
        ),
        (
            "How do I change its name?",
            "Write the new name under “Name”, and the old one under “What was it called before?”. People find both.",
        ),
    )

    def help(self, request: HttpRequest, obj: Any) -> tuple[tuple[str, str], ...]:
        if obj is None:
            return FOR_NEW_ONES
        return self.how_do_i + (FOR_ENTRIES if obj.is_entry_of(request.user) else ())

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **({} if obj else {"form": EntryForm}) | kwargs)
        if obj and "places" in form.base_fields:
            form.base_fields["places"].queryset = Place.objects.filter(region=obj.region_id)
        if field := form.base_fields.get("region"):
            field.empty_label = None
            unlinked(field)
        if not obj and "last_confirmed_on" in form.base_fields:
            form.base_fields["last_confirmed_on"].initial = today
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        if obj is None:
            return [
                ("What is it called, and how does it stand?", {"fields": ["name", "kind", "status"]}),
                ("Where does it work?", {"fields": ["region", "places"]}),
                ("What is it?", {"fields": ["summary", "led_by", "began"]}),
                ("How can people reach it?", {"fields": ["website", "contact_url", "asked_at_address"]}),
                WHERE_FROM,
            ]
        reach = ["mailbox", "postal_identity", "newsletters_a_year"] if obj.is_at_home else ["asked_at_address"]
        merged = ["part_of"] if obj.merged_into_id else []
        return [
            ("What is it called, and how does it stand?", {"fields": ["name", "slug", "status", *merged]}),
            ("Where does it work?", {"fields": ["of_region", "places"]}),
            (
                "What is it?",
                {
                    "fields": ["summary", "about", "vision", "mission", "led_by", "began"],
                    "description": "In our own words. Longer texts may hold lists and links, written as Markdown.",
                },
            ),
            ("How can people reach it?", {"fields": ["website", "contact_url", *reach]}),
            WHERE_FROM,
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list:
        return self.inlines if obj else []

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Merging names a successor and has a page of its own; hiding is an administrator's."""
        if db_field.name == "status":
            closed = {Status.MERGED} | (set() if request.user.is_administrator else {Status.HIDDEN})
            kwargs["choices"] = [(s.value, s.label) for s in Status if s not in closed]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description="Region")
    def of_region(self, partnership: Partnership) -> str:
        return partnership.region.name

    @admin.display(description="Part of")
    def part_of(self, partnership: Partnership) -> str:
        return str(partnership.merged_into or "")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A state that cannot be chosen here cannot be left here either."""
        if obj is None:
            return []
        hidden = obj.status == Status.HIDDEN and not request.user.is_administrator
        closed = ["status"] if hidden or obj.status == Status.MERGED else []
        return [*super().get_readonly_fields(request, obj), *closed]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A region's officer lists a partnership; a manager has hers."""
        return keeps_a_region(request)

    def save_model(self, request: HttpRequest, obj: Partnership, form: Any, change: bool) -> None:
        if not change:
            taken = [*Partnership.objects.values_list("slug", flat=True)]
            taken += PartnershipName.objects.exclude(slug="").values_list("slug", flat=True)
            obj.slug = free_slug(obj.name, taken, "partnership")
        super().save_model(request, obj, form, change)

    def view_on_site(self, obj: Partnership) -> str | None:
        return None if obj.status == Status.HIDDEN else obj.get_absolute_url()

    @admin.display(description="Last confirmed", ordering="last_confirmed_on")
    def last_confirmed(self, partnership: Partnership) -> str:
        day = partnership.last_confirmed_on
        return f"{day:%-d %B %Y}" if day else "Never"

    @admin.action(description="Still right today")
    def still_right_today(self, request: HttpRequest, queryset: QuerySet[Partnership]) -> None:
        """Confirm each of the ticked ones, as if its own button were pressed."""
        confirmed = [partnership for partnership in queryset.at_work()]
        for partnership in confirmed:
            partnership.confirm(by=request.user)
        names = ", ".join(partnership.name for partnership in confirmed) or "nothing that is at work"
        messages.success(request, f"Confirmed today: {names}.")

    def doors(self, request: HttpRequest, obj: Partnership) -> list[Door]:
        at_work = obj.status not in {Status.MERGED, Status.ENDED, Status.HIDDEN}
        doors = [Door("Still right today", self.address("confirm", obj.pk), is_press=True)] if at_work else []
        if obj.status == Status.MERGED and obj.is_entry_of(request.user):
            doors += [Door("Take the merger back", self.address("merge", obj.pk))]
        if at_work and obj.is_entry_of(request.user):
            doors += [Door("Merge it into another", self.address("merge", obj.pk))]
            doors += [Door("It has ended", self.address("retire", obj.pk))]
        return doors

    def list_doors(self, request: HttpRequest) -> list[Door]:
        return [Door("Who is quiet", self.address("freshness"))]

    def get_urls(self) -> list[URLPattern]:
        """The screens of one partnership, each behind the admin's door and the wall."""
        screens: list[tuple[str, str, Callable]] = [
            ("still-right/", "confirm", keeping.confirm),
            ("merger/", "merge", keeping.merge),
            ("retirement/", "retire", keeping.retire),
        ]
        own = [
            path(f"<int:pk>/{address}", self._behind_the_wall(view), name=f"partnerships_partnership_{name}")
            for address, name, view in screens
        ]
        fresh = self.admin_site.admin_view(self._in_context(keeping.freshness))
        return [path("freshness/", fresh, name="partnerships_partnership_freshness"), *own, *super().get_urls()]

    def _in_context(self, view: Callable) -> Callable:
        def shown(request: HttpRequest) -> HttpResponse:
            return view(request, self.admin_site.each_context(request) | {"opts": self.opts})

        return shown

    def _behind_the_wall(self, view: Callable) -> Callable:
        """Wrap `view(request, partnership, context)`: signed in as a steward, and the partnership is theirs."""

        def shown(request: HttpRequest, pk: int) -> HttpResponse:
            partnership = get_object_or_404(self.get_queryset(request).select_related("region"), pk=pk)
            context = self.admin_site.each_context(request) | {
                "opts": self.opts,
                "partnership": partnership,
                "home": self.address("change", partnership.pk),
            }
            return view(request, partnership, context)

        return self.admin_site.admin_view(shown)
