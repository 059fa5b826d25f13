"""The manager's people: the list, one person, and the doors to the screens about one of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.timezone import localtime

from lcep.numbers import row_number
from members.admin import person, proving
from members.admin.segments import Areas, InAGroup, OnTheList, SaidNothing, Sectors, Since
from members.doors import just_shown
from members.models import Membership, Purpose
from trust.admin import Walled, desk


@admin.register(Membership, site=desk)
class MembershipAdmin(Walled):
    """People on the mailing list, and what each of them chose. Only they themselves change it."""

    list_display = ["who", "address", "organisation", "gets", "since"]
    list_filter = [OnTheList, Sectors, Areas, InAGroup, Since, SaidNothing]
    list_select_related = ["member__organisation"]
    search_fields = ["member__name", "member__email", "member__organisation__name"]
    search_help_text = "A name, an address or an organisation"
    ordering = ["member__name", "member__email"]
    fields = readonly_fields = [
        "who",
        "address",
        "organisation",
        "partnership",
        "gets",
        "since",
        "left_at",
        "paused_until",
    ]

    def get_urls(self) -> list[URLPattern]:
        """The screens about one person, each behind the admin's door and the wall."""
        screens: list[tuple[str, str, Callable]] = [
            ("proof/", "proof", proving.proof),
            ("note/", "note", person.note),
            ("merging/", "merging", person.merge),
        ]
        own = [
            path(f"<int:pk>/{address}", self._behind_the_wall(view), name=f"members_membership_{name}")
            for address, name, view in screens
        ]
        export = self.admin_site.admin_view(just_shown(person.export))
        own.append(path("export/", export, name="members_membership_export"))
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Put somebody on the list who signed a form on paper."""
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Add a person from paper"}
        return person.add(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One person: what they chose, what was sent to them and what not, and notes. Nothing is changed here."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("member__organisation", "partnership")
        membership = get_object_or_404(rows, pk=row_number(object_id))
        context = self.admin_site.each_context(request) | {"opts": self.opts, "gets": self.gets(membership)}
        return person.show(request, membership, context)

    def _behind_the_wall(self, view: Callable) -> Callable:
        """Wrap `view(request, membership, context)`: signed in as a manager, and the person is on her list."""

        def shown(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
            rows = self.get_queryset(request).select_related("member__organisation", "partnership")
            membership = get_object_or_404(rows, pk=pk)
            context = self.admin_site.each_context(request) | {"opts": self.opts, "membership": membership}
            return view(request, membership, context, **more)

        return self.admin_site.admin_view(shown)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @admin.display(description="Name", ordering="member__name")
    def who(self, membership: Membership) -> str:
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
