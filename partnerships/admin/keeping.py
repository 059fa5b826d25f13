"""Keeping the entries of a region true: confirm, merge, retire, and see who is quiet."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.admin.screens import SOURCE
from partnerships.freshness import Freshness
from partnerships.merging import Impossible, Merger
from partnerships.models import Partnership
from trust.text import one_line

A_PAGE = 100


class SuccessorForm(forms.Form):
    """Into which partnership; and whether it works for the same places from now on."""

    into = forms.ModelChoiceField(
        label="Which partnership is it part of?",
        queryset=Partnership.objects.none(),
        empty_label="Choose one",
        error_messages={
            "required": "Choose the partnership it is part of",
            "invalid_choice": "Choose one from the list",
        },
    )

    def __init__(self, *args: Any, successors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = successors


class RetirementForm(forms.Form):
    source = forms.CharField(
        label="Where do we know this from?",
        help_text=SOURCE,
        max_length=500,
        error_messages={"required": "Say where we know it from: a fact without a source is not shown"},
    )

    def clean_source(self) -> str:
        if not (source := one_line(self.cleaned_data["source"])):
            raise forms.ValidationError(self.fields["source"].error_messages["required"])
        return source


def of_entries(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for a listed entry, and only for whoever keeps its region. A manager may see hers, and not do this."""

    @wraps(view)
    def allowed(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
        if not partnership.is_entry_of(request.user):
            raise PermissionDenied
        return view(request, partnership, context)

    return allowed


@require_POST
def confirm(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """ "Still right today": one press. Pressed twice on one day, it says so."""
    if partnership.confirm(by=request.user):
        messages.success(request, f"Thank you. {partnership} now says that it was last confirmed today.")
    else:
        messages.info(request, f"{partnership} was confirmed today already.")
    if partnership.status == Partnership.Status.UNCONFIRMED:
        messages.info(request, "Its status still says “Not confirmed”. If you know how it stands, choose it below.")
    return redirect(context["home"])


@require_http_methods(["GET", "HEAD", "POST"])
@of_entries
def merge(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """First choose into which one (GET), then read what happens, then press (POST)."""
    if partnership.status == Partnership.Status.MERGED:
        return _take_back(request, partnership, context)
    successors = Merger.successors(partnership, request.user)
    posted = request.POST if request.method == "POST" else (request.GET if "into" in request.GET else None)
    form = SuccessorForm(posted, successors=successors)
    context |= {"title": f"Merge {partnership}", "form": form, "successors": successors}
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "desk/partnerships/merge.html", context, status=status)
    merger = Merger(partnership, form.cleaned_data["into"])
    if request.method == "POST":
        try:
            merger.make(by=request.user, with_places=request.POST.get("places") == "yes")
        except Impossible as impossible:
            messages.error(request, str(impossible))
            return redirect(context["home"])
        messages.success(request, f"{partnership} is listed as part of {merger.successor} now.")
        return redirect(context["home"])
    context |= {"successor": merger.successor, "names": merger.names_carried(), "places": merger.places_carried()}
    return TemplateResponse(request, "desk/partnerships/merge.html", context)


def _take_back(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Say what happens (GET), then undo the merger (POST). Only for who looks after the successor too."""
    merger = Merger(partnership, partnership.merged_into)
    if not Partnership.objects.for_steward(request.user).filter(pk=partnership.merged_into_id).exists():
        messages.error(request, f"{merger.successor} has its own manager now: ask the keeper of the site.")
        return redirect(context["home"])
    if request.method == "POST":
        if "take_back" in request.POST and merger.take_back(by=request.user):
            messages.success(request, f"{partnership} is an entry of its own again. Choose how it stands.")
        else:
            messages.error(request, f"{partnership} is part of another already.")
        return redirect(context["home"])
    context |= {"title": f"Take {partnership} out of {merger.successor}", "successor": merger.successor}
    return TemplateResponse(request, "desk/partnerships/take_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_entries
def retire(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Say that it has ended. Its page stays, and says so."""
    form = RetirementForm(request.POST or None, initial={"source": partnership.source})
    if form.is_valid():
        if partnership.retire(form.cleaned_data["source"], by=request.user):
            messages.success(request, f"{partnership} is listed as ended now. Its page stays.")
        return redirect(context["home"])
    context |= {"title": f"{partnership} has ended", "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "desk/partnerships/retire.html", context, status=status)


@require_safe
def freshness(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Who is alive, quietest first."""
    fresh = Freshness(request.user)
    page = Paginator(fresh.pulses(), A_PAGE).get_page(request.GET.get("page"))
    context |= {"title": "Who is quiet", "page": page, "labels": fresh.labels}
    return TemplateResponse(request, "desk/partnerships/freshness.html", context)
