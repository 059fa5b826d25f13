"""The shelf of a group: putting papers on it, and reading them. A file is handed out to whoever may, one by one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from meetings.doors import READ_AND_POST, leading, running
from meetings.forms import PaperForm, VersionForm
from meetings.models import Meeting, Paper
from meetings.views.replying import invitation_of
from members.doors import signed_in
from partnerships.views.documents import MOST_VERSIONS, attached
from pods.models import Group


@leading
def shelf(request: HttpRequest, group: Group) -> HttpResponse:
    """Everything on a group's shelf, and the form that puts another paper there."""
    coming = Meeting.objects.filter(group=group).upcoming()
    return _putting(request, Paper.objects.filter(group=group), group=group, offered=list(coming))


@running
def papers_of_meeting(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The papers of one meeting, or of an event for everyone."""
    return _putting(request, Paper.objects.filter(meeting=meeting), group=meeting.group, meeting=meeting)


@never_cache
@require_http_methods(READ_AND_POST)
@signed_in
def paper(request: HttpRequest, ref: str) -> HttpResponse:
    """One paper, for those who keep the shelf: a new version, sharing it, taking it off, who looked."""
    visible = Paper.objects.visible_to(request.user).select_related("group__partnership", "meeting__partnership")
    found = get_object_or_404(visible, ref=ref)
    if not _keeps(request, found):
        raise PermissionDenied
    form = VersionForm(request.POST, request.FILES, **_arrived(request)) if "version" in request.POST else VersionForm()
    if request.method == "POST" and not form.is_bound:
        return _press(request, found)
    if form.is_bound and form.is_valid():
        version = found.add_version(form.cleaned_data["file"], note=form.cleaned_data["note"], by=request.user)
        messages.success(request, f"Version {version.number} is the one that people get now.")
        return redirect("meetings:paper", found.ref)
    context = {
        "paper": found,
        "form": form,
        "group": found.group,
        "versions": found.versions.select_related("added_by"),
    }
    return render(request, "meetings/paper.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
@signed_in
def paper_file(request: HttpRequest, ref: str, number: int | None = None) -> HttpResponseBase:
    """Read a paper. An administrator may, for help with the machine; every such look is written down."""
    papers = Paper.objects.select_related("group", "meeting__group").prefetch_related("versions")
    if not request.user.is_administrator:
        papers = papers.visible_to(request.user)
    found = get_object_or_404(papers, ref=ref)
    found.look(by=request.user)
    return _handed_out(request, found, number)


@never_cache
@require_safe
def paper_by_link(request: HttpRequest, token: str, ref: str) -> HttpResponseBase:
    """Read a paper of the meeting one was asked to, signed out. Never one of an Executive."""
    invitation = invitation_of(token)
    if invitation is None or not invitation.is_open:
        return render(request, "meetings/link_over.html", status=410)
    papers = Paper.objects.for_link(invitation.meeting).prefetch_related("versions")
    return _handed_out(request, get_object_or_404(papers, ref=ref), None)


def _handed_out(request: HttpRequest, found: Paper, number: int | None) -> HttpResponseBase:
    if found.url:
        return HttpResponseRedirect(found.url)
    if number is not None and number > MOST_VERSIONS:
        raise Http404
    version = found.latest if number is None else found.versions.filter(number=number).first()
    if version is None:
        raise Http404
    return attached(request, version)


def _putting(
    request: HttpRequest, papers: Any, *, group: Group | None, meeting: Meeting | None = None, offered: Any = ()
) -> HttpResponse:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*posted, offered=offered, **_arrived(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        at = meeting or next((each for each in offered if each.ref == said.get("meeting")), None)
        Paper.put(said["title"], by=request.user, group=group, meeting=at, url=said["url"], upload=said["file"])
        messages.success(request, "It is on the shelf. " + ("Everybody invited finds it." if at else ""))
        return redirect(request.path)
    shown = papers.on_shelf().select_related("group", "meeting").prefetch_related("versions")
    context = {"group": group, "meeting": meeting, "form": form, "papers": shown}
    return render(request, "meetings/papers.html", context, status=422 if form.is_bound else 200)


def _press(request: HttpRequest, found: Paper) -> HttpResponse:
    wish = request.POST.get("wish")
    if wish == "share" and found.is_of_executive:
        found.share(by=request.user)
        messages.success(request, "The manager can read it now. You can take that back.")
    elif wish == "take-back":
        found.take_back(by=request.user)
        messages.success(request, "It is closed to the manager again.")
    elif wish == "off":
        found.take_off(by=request.user)
        messages.success(request, "It is off the shelf, and stays on record.")
        return redirect("meetings:shelf", found.group.ref) if found.group else redirect(found.meeting)
    return redirect("meetings:paper", found.ref)


def _keeps(request: HttpRequest, found: Paper) -> bool:
    """Whether they run the group, or the event, whose paper it is."""
    if found.group:
        return found.group.is_run_by(request.user)
    return found.meeting is not None and found.meeting.is_run_by(request.user)


def _arrived(request: HttpRequest) -> dict[str, bool]:
    return {"too_large": getattr(request, "file_too_large", False)}
