"""The manager's screens of seats and of what each role asks."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from partnerships.admin.screens import Door, OfPartnership, Screen
from partnerships.models import Partnership
from pods.models import Group
from steering.models import RoleDescription, Seat
from steering.models.roles import sample
from trust.admin import desk


@admin.register(Seat, site=desk)
class SeatAdmin(Screen):
    """The seats round a table, by sector. Never the Executive's."""

    list_display = ["label", "group", "sector", "places", "taken", "voice"]
    list_select_related = ["group"]
    search_fields = ["label"]
    fields = ["group", "label", "sector", "places", "is_for_voice", "from_on", "until_on"]
    nothing_yet = "Seats say which parts of the field should be round the table. A seat with nobody on it is a vacancy."
    how_do_i = (
        ("How do I fill a seat?", "Open the table of the group and press “Appoint somebody”."),
        ("How do I take a seat away?", "Give it a last day. Who sat on it, and when, stays on record."),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_taken()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A seat never moves to another table."""
        return ["group"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "group":
            tables = Group.objects.current().for_steward(request.user).filter(kind=Group.Kind.STEERING)
            kwargs |= {"queryset": tables, "initial": tables.first(), "empty_label": None}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def list_doors(self, request: HttpRequest) -> list[Door]:
        tables = Group.objects.current().run_by(request.user).filter(kind=Group.Kind.STEERING)
        return [
            Door(f"Who sits round the table: {group}", reverse("steering:table", args=[group.ref])) for group in tables
        ]

    @admin.display(description="For young people’s voice")
    def voice(self, seat: Seat) -> str:
        return "Yes" if seat.is_for_voice else ""

    @admin.display(description="Taken today")
    def taken(self, seat: Seat) -> int:
        return seat.taken


@admin.register(RoleDescription, site=desk)
class RoleDescriptionAdmin(OfPartnership):
    """What each role asks. Until a role is described here, its page shows a sample and says so."""

    list_display = ["title", "partnership", "kind", "edited_at"]
    list_select_related = ["partnership"]
    fields = ["partnership", "kind", "title", "text"]
    nothing_yet = "The public pages show our samples, marked as such. Make them yours, one by one."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["kind"] if obj else [])]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """With `?kind=`, the sample of that role to begin with."""
        kind = request.GET.get("kind", "")
        said = {"kind": kind, **sample(kind)} if kind in RoleDescription.Kind.values else {}
        return said | {"partnership": Partnership.objects.for_steward(request.user).at_home().first()}

    def list_doors(self, request: HttpRequest) -> list[Door]:
        own = set(self.get_queryset(request).values_list("kind", flat=True))
        add = self.address("add")
        return [
            Door(f"Begin with the sample: {label}", f"{add}?kind={kind}")
            for kind, label in RoleDescription.Kind.choices
            if kind not in own
        ]

    def save_model(self, request: HttpRequest, obj: RoleDescription, form: Any, change: bool) -> None:
        obj.edited_at, obj.edited_by = timezone.now(), request.user
        super().save_model(request, obj, form, change)
