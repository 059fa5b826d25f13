"""The Action Plan: for everybody in words, for those who work on it with names, and what they do to it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.models import Member
from partnerships.models import Partnership
from partnerships.pages import of_partnership, public
from partnerships.views.partnerships import shared
from steering.models import Action, PlanUpdate, State
from steering.plan import Line, Plan, quiet_before
from steering.plan_board import Board
from steering.plan_doors import READ_AND_POST, chairing, chairs, planning, works_on_it
from steering.plan_forms import TellForm
from trust.tokens import HOW_IT_GOES, Broken


@public
@of_partnership
def plan(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What the partnership means to do and how it goes, in words and without a name."""
    if not partnership.is_at_home:
        raise Http404
    return render(request, "steering/plan.html", shared(partnership) | {"plan": Plan(partnership)})


@planning
def board(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The plan as those see it who work on it: who answers for what, a picture and its table."""
    shown = Plan(partnership)
    context = {
        "partnership": partnership,
        "plan": shown,
        "board": Board(shown),
        "edits": chairs(request.user, partnership),
    }
    return render(request, "steering/plan_board.html", context)


@planning
def action(request: HttpRequest, partnership: Partnership, action: str) -> HttpResponse:
    """One action with all its history. Its owner, the Chair and the manager say how it goes."""
    line = _line(partnership, action)
    edits = chairs(request.user, partnership)
    tells = edits or line.action.is_owned_by(request.user)
    if request.method == "POST" and not tells:
        raise PermissionDenied
    form = TellForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        _tell(line.action, form, request.user)
        messages.success(request, "Noted. Thank you.")
        return redirect(line.action)
    updates = line.action.updates.select_related("by")
    context = {"partnership": partnership, "line": line, "form": form, "tells": tells, "edits": edits}
    context |= {"updates": updates, "states": State.choices}
    return render(request, "steering/action.html", context)


@never_cache
@require_http_methods(READ_AND_POST)
def how_it_goes(request: HttpRequest, token: str) -> HttpResponse:
    """Say how one action goes, from the link of a mail. For whoever answers for it still; it signs nobody in."""
    found = _asked(token)
    if found is None:
        return render(request, "steering/link_over.html", status=410)
    line, member = found
    form = TellForm(request.POST or None, partnership=line.action.partnership)
    told = request.method == "POST" and form.is_valid()
    if told:
        _tell(line.action, form, member)
        line = _line(line.action.partnership, line.action.ref)
    context = {"line": line, "member": member, "form": form, "states": State.choices, "told": told}
    return render(request, "steering/how_it_goes.html", context)


@chairing
def taking_out(request: HttpRequest, partnership: Partnership, update: int) -> HttpResponse:
    """Take the words of one update out, because a name stands in them: the one thing that may happen to it."""
    found = get_object_or_404(PlanUpdate.objects.of(partnership).select_related("action"), pk=update)
    if request.method == "POST":
        found.take_out(by=request.user)
        messages.success(request, "The words are gone. That somebody said how it stands stays on record.")
        return redirect(found.action)
    return render(request, "steering/taking_out.html", {"partnership": partnership, "update": found})


def _line(partnership: Partnership, ref: str) -> Line:
    actions = Action.objects.of(partnership).with_standing()
    found = get_object_or_404(actions.select_related("owner", "group", "objective__priority__partnership"), ref=ref)
    return Line.of(found, quiet_before(partnership))


def _tell(action: Action, form: TellForm, by: Any) -> None:
    action.tell(form.cleaned_data["state"], form.cleaned_data["text"], by=by)


def _asked(token: str) -> tuple[Line, Member] | None:
    """The action and who is asked; nothing for a link that is over, or of somebody who answers for it no longer."""
    try:
        number, who = HOW_IT_GOES.read(token)
    except Broken:
        return None
    member = Member.objects.filter(pk=who, erased_at=None).first()
    action = Action.objects.current().select_related("objective__priority__partnership").filter(pk=number).first()
    if member is None or action is None:
        return None
    if not (action.is_owned_by(member) and works_on_it(member, action.partnership)):
        return None
    return _line(action.partnership, action.ref), member
