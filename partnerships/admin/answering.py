"""What came in from a public page and is to be answered: one screen for all of it. Nobody changes what was written."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from lcep.site import today
from partnerships.admin.screens import Screen

UNANSWERED = models.Q(answered_at=None)


class WhereItStands(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "Waiting"), ("answered", "Answered")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        wanted = {"waiting": UNANSWERED, "answered": ~UNANSWERED}.get(self.value() or "")
        return queryset.filter(wanted) if wanted is not None else queryset


class Waiting(Screen):
    """A screen over rows with `received_at`, `answered_at`, `answered_by`: unanswered first, the longest wait on top.

    Below it says `sheet`, the template of one row; `named`, what the template calls it; `presses`, the POST-only views
    by the name of their address.
    """

    list_filter = [WhereItStands]
    sheet = ""
    named = ""
    presses: dict[str, str] = {}

    def get_ordering(self, request: HttpRequest) -> list:
        """Unanswered first, the longest waiting at the top; below them the latest answers."""
        return [F("answered_at").desc(nulls_first=True), "received_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Came on", ordering="received_at")
    def came_on(self, row: Any) -> str:
        return f"{localdate(row.received_at):%-d %B %Y}"

    @admin.display(description="How it stands", ordering="answered_at")
    def how_it_stands(self, row: Any) -> str:
        """Return "Waits since today", "Waits 3 days" or "Answered on 3 November by Gwen"."""
        if row.answered_at:
            return answered(row)
        days = (today() - localdate(row.received_at)).days
        return "Waits since today" if days < 1 else f"Waits {days} day{'' if days == 1 else 's'}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One of them, with what can be done. Opening it changes nothing."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return self.page(request, row)

    def page(self, request: HttpRequest, row: Any, **more: Any) -> HttpResponse:
        """Show one of them; `more` is laid over what its template gets."""
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            self.named: row,
            "how_it_stands": self.how_it_stands(row),
            "how_do_i": self.how_do_i,
            **self.shown(row),
            **more,
        }
        return TemplateResponse(request, self.sheet, context)

    def shown(self, row: Any) -> dict[str, Any]:
        """What else the template of one row gets; `title` at least."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        def door(name: str, view: str) -> URLPattern:
            guarded = self.admin_site.admin_view(require_POST(getattr(self, view)))
            return path(f"<int:pk>/{name}/", guarded, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")

        return [*(door(name, view) for name, view in self.presses.items()), *super().get_urls()]


def answered(row: Any) -> str:
    """Return "Answered on 3 November by Gwen"."""
    by = f" by {row.answered_by}" if row.answered_by else ""
    return f"Answered on {localdate(row.answered_at):%-d %B %Y}{by}"
