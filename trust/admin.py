"""The desk: an admin whose every list, form, choice and history stands behind the wall.

A screen over a model is a `Walled` class; its rows come from the queryset's `for_steward(member)`,
so a row of another partnership does not exist: not in lists, forms, choices, searches or histories.
"""

from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from lcep import site
from lcep.numbers import row_number
from trust.models import Entry
from trust.second_factor import has_second_factor


class Desk(admin.AdminSite):
    site_title = "The desk"
    site_header = "The desk"
    index_title = "Your desk"
    site_url = "/"
    index_template = "desk/index.html"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        """A current manager or administrator with a second factor; everybody else stays outside."""
        return is_steward(request) and has_second_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send the stranger to sign in, the manager without a second factor to its set-up, a member away."""
        if request.user.is_authenticated and request.user.is_staff:
            return redirect("members:second_factor")
        if request.user.is_authenticated:
            raise PermissionDenied
        onward = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': onward})}")

    def get_urls(self) -> list:
        """Add the screens of no model; leave out the doors that lead round the wall, or to passwords nobody has."""
        shut = {"password_change", "password_change_done", "view_on_site"}
        own = [pattern for part in site.desk_addresses for pattern in part(self)]
        return own + [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") not in shut]

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        needs = site.waiting(request)
        context = self.each_context(request) | {
            "title": self.index_title,
            "needs": needs[: site.SEVEN],
            "more": max(0, len(needs) - site.SEVEN),
            "until": None if needs else site.until(request),
            "panels": [panel for part in site.desk_panels if (panel := part(request))],
            "verbs": [verb for part in site.desk_verbs for verb in part(request)],
            "seldom": [verb for part in site.desk_seldom for verb in part(request)],
            "app_list": self.get_app_list(request),
        }
        return TemplateResponse(request, self.index_template, context)


desk = Desk(name="admin")
desk.login = secure_admin_login(desk.login)  # type: ignore[method-assign]


def is_steward(request: HttpRequest) -> bool:
    """Whether somebody who looks after something today is asking; worked out once a request.

    A request that only reads asks for all other rights once as well; one that writes may change them on its way.
    """
    if not hasattr(request, "is_steward"):
        request.is_steward = request.user.is_authenticated and request.user.is_staff
        if request.is_steward and request.method in {"GET", "HEAD"}:
            request.user.remember_rights()
    return request.is_steward


class Walled(admin.ModelAdmin):
    """A screen over rows a steward looks after today. Nothing is deleted here; deeds are audit entries."""

    list_max_show_all = 200
    show_facets = admin.ShowFacets.NEVER
    actions_on_top = True
    actions = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).for_steward(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_steward(request) and self._is_theirs(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_steward(request) and self._is_theirs(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_steward(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def view_on_site(self, obj: Any) -> str | None:
        """Its own address; Django's shortcut view would open every row of every partnership."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """A row behind the wall does not exist; Django would lead to the index with a message."""
        raise Http404

    def _is_theirs(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list as it was asked for; a year that no calendar has is answered as any other odd question is."""
        try:
            return super().get_changelist_instance(request)
        except OverflowError:
            raise IncorrectLookupParameters from None

    def response_action(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        """Carry out an action on the rows that were ticked; Django takes whatever was posted for their numbers."""
        if not all(row_number(ticked) for ticked in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("What was ticked is no row.")
        return super().response_action(request, queryset)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = _choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = _choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            return super().changeform_view(request, *args, **kwargs)

    # Django's LogEntry is not used: an audit entry is written in the same transaction.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        Entry.record("added", obj, by=request.user)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        fields = [
            name for part in message if isinstance(part, dict) for name in part.get("changed", {}).get("fields", [])
        ]
        Entry.record("changed", obj, by=request.user, fields=fields)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            Entry.record("deleted", obj, by=request.user)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who did what to this row, in sentences."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        # Whoever may see the row may see what was done to it: an officer's region has no partnership of its own.
        entries = Entry.objects.filter(subject=self.opts.label_lower, subject_id=str(obj.pk))
        context = self.admin_site.each_context(request) | {
            "title": f"History of {obj}",
            "opts": self.opts,
            "object": obj,
            "entries": entries.select_related("actor")[:200],
        }
        return TemplateResponse(request, "desk/history.html", context)


class Rows(admin.StackedInline):
    """Rows inside a form. It says itself how many it carries: more than it could fill are not made."""

    most = 120  # of the 500 fields a request may have (DATA_UPLOAD_MAX_NUMBER_FIELDS), no row takes fewer than four
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **({"max_num": self.most, "absolute_max": self.most} | kwargs))


@admin.register(Entry, site=desk)
class EntryAdmin(Walled):
    """What was done on this site, by whom and when. Nobody changes it.

    A manager is led to the page that tells it in sentences; the drawer is for whoever keeps the site running.
    """

    list_display = ["at", "actor", "verb", "title", "partnership"]
    list_select_related = ["actor", "partnership"]
    list_display_links = None
    search_fields = ["verb", "title"]
    date_hierarchy = "at"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_steward(request) and request.user.is_administrator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _choices(db_field: Any, request: HttpRequest, given: Any) -> models.QuerySet:
    """Offer only rows this steward looks after; rows that belong to nobody (places, terms) are open to all."""
    queryset = given if given is not None else db_field.remote_field.model._default_manager.all()
    return queryset.for_steward(request.user) if hasattr(queryset, "for_steward") else queryset
