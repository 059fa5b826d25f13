"""Who may open the pages of a group's leaders."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetings.models import Meeting
from members.doors import signed_in
from pods.models import Group

READ_AND_POST = ["GET", "HEAD", "POST"]


def leading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the group at this ref: for those who lead or chair it, and the manager. An Executive one is
    not there for anybody else.
    """

    @never_cache
    @require_http_methods(READ_AND_POST)
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, ref: str, **rest) -> HttpResponse:
        groups = Group.objects.visible_to(request.user).select_related("partnership", "priority")
        group = get_object_or_404(groups, ref=ref)
        if not group.is_run_by(request.user):
            raise PermissionDenied
        return view(request, group, **rest)

    return guarded


def leading_now(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As `leading`, for what a group does as long as it lasts: one that has ended leads to its desk, which says so."""

    @leading
    @wraps(view)
    def guarded(request: HttpRequest, group: Group, **rest) -> HttpResponse:
        return view(request, group, **rest) if group.until_on is None else redirect("meetings:desk", group.ref)

    return guarded


def running(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the meeting at this ref: for those who plan it. What one may not see is not there."""

    @never_cache
    @require_http_methods(READ_AND_POST)
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, ref: str, **rest) -> HttpResponse:
        meetings = Meeting.objects.visible_to(request.user).select_related("partnership", "group__partnership")
        meeting = get_object_or_404(meetings, ref=ref)
        if not meeting.is_run_by(request.user):
            raise PermissionDenied
        return view(request, meeting, **rest)

    return guarded
