"""Screens of the desk that belong to a partnership and to no row: their door and their wall."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.models import Partnership
from trust.admin import Desk

SHOWN = 200


def own(request: HttpRequest) -> QuerySet[Partnership]:
    """The partnerships somebody manages today; an administrator reaches those of others too."""
    member: Any = request.user
    kept = Partnership.objects.at_home() if member.is_administrator else member.stewarded_partnerships()
    return kept.order_by("name")


def whose(desk: Desk, title: str, home: str) -> Callable:
    """Lead to the screen `home` of the one partnership somebody manages, or let them choose."""

    @require_safe
    def shown(request: HttpRequest) -> HttpResponse:
        found = list(own(request)[:SHOWN])
        if len(found) == 1:
            return redirect(f"admin:{home}", found[0].slug)
        rooms = [(partnership, reverse(f"admin:{home}", args=[partnership.slug])) for partnership in found]
        context = desk.each_context(request) | {"title": title, "rooms": rooms}
        return TemplateResponse(request, "desk/planner/whose.html", context)

    return desk.admin_view(shown)


def behind_the_wall(desk: Desk, view: Callable, home: str) -> Callable:
    """Wrap `view(request, partnership, context, **more)`: signed in as a manager, and the partnership is theirs."""

    def shown(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        partnership = own(request).filter(slug=slug).first()
        if partnership is None:
            raise Http404("No partnership of yours has this name.")
        context = {"partnership": partnership, "home": reverse(f"admin:{home}", args=[slug])}
        return view(request, partnership, desk.each_context(request) | context, **more)

    return desk.admin_view(shown)
