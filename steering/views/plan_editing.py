"""Editing the plan: objectives, actions, a list brought along, the plan taken out. For the Chair and the manager."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from lcep.site import today
from members.importing.reading import LARGEST, Unreadable, decoded
from partnerships.models import Partnership
from steering import plan_import
from steering.models import Action, Objective
from steering.plan import Plan
from steering.plan_doors import chairing, planning
from steering.plan_forms import ActionForm, ObjectiveForm
from trust.models import Entry

SHOWN = 200


@chairing
def editing(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The whole plan with what can be changed about it; POST adds an objective."""
    form = ObjectiveForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        position = Objective.objects.filter(priority=said["priority"]).count() + 1
        with transaction.atomic():
            objective, is_new = Objective.objects.get_or_create(
                priority=said["priority"], title=said["title"], defaults={"position": position}
            )
            if is_new:
                Entry.record("put on the plan", objective, by=request.user)
        messages.success(request, "It is on the plan. What is done about it?")
        return redirect("steering:new_action", partnership.slug, objective.pk)
    context = {"partnership": partnership, "plan": Plan(partnership), "form": form}
    return render(request, "steering/plan_editing.html", context)


@chairing
def objective(request: HttpRequest, partnership: Partnership, objective: int) -> HttpResponse:
    """Put its words right, or let it stand on the plan no longer; its history stays."""
    found = get_object_or_404(Objective.objects.current(), pk=objective, priority__partnership=partnership)
    off = request.POST.get("wish") == "off"
    form = ObjectiveForm(None if off else request.POST or None, instance=found, partnership=partnership)
    if request.method == "POST" and off:
        with transaction.atomic():
            Objective.objects.filter(pk=found.pk).update(until_on=today())
            Entry.record("took off the plan", found, by=request.user)
        messages.success(request, "It is off the plan. What was done about it stays on record.")
        return redirect("steering:plan_editing", partnership.slug)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            Entry.record("changed on the plan", found, by=request.user, fields=form.changed_data)
        messages.success(request, "Saved.")
        return redirect("steering:plan_editing", partnership.slug)
    return render(request, "steering/objective.html", {"partnership": partnership, "form": form, "objective": found})


@chairing
def new_action(request: HttpRequest, partnership: Partnership, objective: int) -> HttpResponse:
    found = get_object_or_404(Objective.objects.current(), pk=objective, priority__partnership=partnership)
    form = ActionForm(request.POST or None, instance=Action(objective=found), partnership=partnership)
    if request.method == "POST" and form.is_valid():
        made = Action.begin(found, form.cleaned_data["title"], by=request.user, **form.details())
        messages.success(request, f"“{made}” is on the plan.")
        return redirect("steering:plan_editing", partnership.slug)
    return render(request, "steering/new_action.html", {"partnership": partnership, "form": form, "objective": found})


@chairing
def changing(request: HttpRequest, partnership: Partnership, action: str) -> HttpResponse:
    """Another title, owner or day; or off the plan."""
    rows = Action.objects.of(partnership).current().select_related("objective__priority__partnership")
    found = get_object_or_404(rows, ref=action)
    if request.method == "POST" and request.POST.get("wish") == "off":
        found.take_off(by=request.user)
        messages.success(request, f"“{found}” is off the plan. Its history stays.")
        return redirect("steering:plan_editing", partnership.slug)
    fresh = get_object_or_404(rows, pk=found.pk)  # a form writes into the row it is given
    form = ActionForm(request.POST or None, instance=fresh, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        try:
            found.revise(by=request.user, title=form.cleaned_data["title"], **form.details())
        except IntegrityError:
            form.add_error("title", "Another action of this objective is called that.")
        else:
            messages.success(request, "Saved.")
            return redirect(found)
    return render(request, "steering/changing.html", {"partnership": partnership, "form": form, "action": found})


@chairing
def bringing(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """A plan from a spreadsheet: line by line what would happen; then the same, done."""
    text, why, report = "", "", None
    if request.method == "POST":
        try:
            text = decoded(_brought(request))
            report = plan_import.Report(text.encode(), partnership)
        except Unreadable as unreadable:
            why = str(unreadable)
    if report and request.POST.get("wish") == "do":
        count = plan_import.carry_out(report, by=request.user)
        messages.success(request, f"Done: {count} {'action is' if count == 1 else 'actions are'} new on the plan.")
        return redirect(reverse("steering:plan_board", args=[partnership.slug]))
    context = {"partnership": partnership, "why": why, "report": report, "header": plan_import.HEADER}
    if report:
        context |= {
            "text": text,
            "lines": report.lines[:SHOWN],
            "counts": {name: len(report.of(name)) for name in (plan_import.NEW, plan_import.HERE, plan_import.REFUSED)},
        }
    return render(request, "steering/bringing.html", context, status=422 if why else 200)


@planning
def taken_out(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The plan as a spreadsheet, with who answers for what; that it was taken out is written down."""
    if request.method != "HEAD":
        with transaction.atomic():
            Entry.record("exported the plan of", partnership, by=request.user)
    answer = HttpResponse(plan_import.exported(partnership), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="plan-{partnership.slug}.csv"'
    return answer


def _brought(request: HttpRequest) -> bytes:
    """The file, or what was pasted; a file beyond the limit was let go while it arrived."""
    if request.method != "POST":
        return b""
    file = request.FILES.get("file")
    if file is not None and file.size and file.size <= LARGEST:
        return file.read()
    return request.POST.get("pasted", "").strip().encode()
