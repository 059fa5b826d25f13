"""Who may open what of the plan and the pack: those round Steering's table, the manager, those who lead a group."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetings.models import Meeting
from members.doors import signed_in
from partnerships.models import Partnership
from pods.models import Group

READ_AND_POST = ["GET", "HEAD", "POST"]


def steering_of(partnership: Partnership) -> Group | None:
    """The Steering Group of today."""
    groups = Group.objects.current().filter(partnership=partnership, kind=Group.Kind.STEERING)
    return groups.select_related("partnership").first()


def sits_there(member: Any, partnership: Partnership) -> bool:
    """Whether a member reads what Steering reads: appointed to it in any role today, or managing the partnership."""
    groups = Group.objects.current().filter(partnership=partnership, kind=Group.Kind.STEERING)
    return groups.of_member(member).exists() or manages(member, partnership)


def manages(member: Any, partnership: Partnership) -> bool:
    return member.is_authenticated and member.stewarded_partnerships().filter(pk=partnership.pk).exists()


def chairs(member: Any, partnership: Partnership) -> bool:
    """Whether a member edits the plan and prepares the pack: the Chair, a vice-chair, the manager."""
    groups = Group.objects.current().filter(partnership=partnership, kind=Group.Kind.STEERING)
    return groups.run_by(member).exists() or manages(member, partnership)


def works_on_it(member: Any, partnership: Partnership) -> bool:
    """Whether a member reads the plan with its names, and the evidence: round the table, on the Executive, leading a
    group here, or owning an action.
    """
    if sits_there(member, partnership):
        return True
    if not member.is_authenticated:
        return False
    executive = Group.objects.current().filter(partnership=partnership, kind=Group.Kind.EXECUTIVE)
    if executive.of_member(member).exists():
        return True
    leads = member.appointments.current().filter(role="lead", group__partnership=partnership)
    owned = member.actions.current().filter(objective__priority__partnership=partnership)
    return leads.exists() or owned.exists()


def planning(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the partnership: for those who work on its plan. For everybody else there is no such page."""
    return _door(view, works_on_it, None)


def chairing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the partnership: for the Chair and the manager."""
    return _door(view, works_on_it, chairs)


def at_the_table(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view a meeting of Steering: for those round the table. It is not there for anybody else."""
    return _meeting_door(view, None)


def preparing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view a meeting of Steering: for the Chair and the manager, who prepare and close it.

    One that was called off leads back to its pack, which says what becomes of its questions.
    """

    @wraps(view)
    def planned(request: HttpRequest, meeting: Meeting, **rest) -> HttpResponse:
        return redirect("steering:pack", meeting.ref) if meeting.is_cancelled else view(request, meeting, **rest)

    return _meeting_door(planned, chairs)


def _door(view: Callable[..., HttpResponse], sees: Callable, may: Callable | None) -> Callable[..., HttpResponse]:
    @never_cache
    @require_http_methods(READ_AND_POST)
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **rest) -> HttpResponse:
        partnership = get_object_or_404(Partnership.objects.at_home(), slug=slug)
        _let_in(request.user, partnership, sees, may)
        return view(request, partnership, **rest)

    return guarded


def _meeting_door(view: Callable[..., HttpResponse], may: Callable | None) -> Callable[..., HttpResponse]:
    @never_cache
    @require_http_methods(READ_AND_POST)
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, ref: str, **rest) -> HttpResponse:
        meetings = Meeting.objects.filter(group__kind=Group.Kind.STEERING).exclude(starts_at=None)
        meeting = get_object_or_404(meetings.select_related("partnership", "group__partnership"), ref=ref)
        _let_in(request.user, meeting.partnership, sits_there, may)
        return view(request, meeting, **rest)

    return guarded


def _let_in(member: Any, partnership: Partnership, sees: Callable, may: Callable | None) -> None:
    if not sees(member, partnership):
        raise Http404
    if may and not may(member, partnership):
        raise PermissionDenied
