"""The manager's list of people. Her larger screens come with the mailing list's own issue."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import localtime

from members.models import Membership, Purpose
from trust.admin import Walled, desk


class OnTheList(admin.SimpleListFilter):
    title = "on the list"
    parameter_name = "list"

    def lookups(self, request, model_admin):
        return [("left", "Left"), ("all", "Everybody")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "Now on it"}, *others]

    def queryset(self, request, queryset):
        if self.value() == "left":
            return queryset.exclude(left_at=None)
        return queryset if self.value() == "all" else queryset.current()


@admin.register(Membership, site=desk)
class MembershipAdmin(Walled):
    """People on the mailing list, and what each of them chose. Only they themselves change it."""

    list_display = ["person", "address", "organisation", "gets", "since"]
    list_filter = [OnTheList]
    list_select_related = ["member__organisation"]
    search_fields = ["member__name", "member__email", "member__organisation__name"]
    search_help_text = "A name, an address or an organisation"
    ordering = ["member__name", "member__email"]
    fields = readonly_fields = [
        "person",
        "address",
        "organisation",
        "partnership",
        "gets",
        "since",
        "left_at",
        "paused_until",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @admin.display(description="Name", ordering="member__name")
    def person(self, membership: Membership) -> str:
        return membership.member.name or "No name given"

    @admin.display(description="E-mail", ordering="member__email")
    def address(self, membership: Membership) -> str:
        return membership.member.mail_to

    @admin.display(description="Organisation", ordering="member__organisation__name")
    def organisation(self, membership: Membership) -> str:
        return str(membership.member.organisation or "")

    @admin.display(description="Gets")
    def gets(self, membership: Membership) -> str:
        """What they chose, in words."""
        if membership.left_at:
            return f"Left on {localtime(membership.left_at):%-d %B %Y}"
        chosen = ", ".join(Purpose(purpose).label for purpose in membership.chosen) or "Nothing at the moment"
        return f"{chosen} (on pause until {membership.paused_until:%-d %B})" if membership.is_paused else chosen

    @admin.display(description="Since", ordering="joined_at")
    def since(self, membership: Membership) -> str:
        return f"{localtime(membership.joined_at):%-d %B %Y}"
