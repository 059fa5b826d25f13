"""One meeting: for everybody what is public, for those inside the rest; and what whoever plans it does to it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meetings import dates, ics, words
from meetings.coming import is_on_list, is_open, may_come
from meetings.doors import running
from meetings.forms import CancellationForm, MoveForm, VenueForm
from meetings.ics import Shown
from meetings.models import AgendaItem, FollowUp, Invitation, Meeting, MinutesRevision, NotNow, Paper, Planned, Room
from meetings.models.records import next_position
from meetings.views.feeds import to_keep
from trust.text import one_line
from trust.tokens import REPLY


@never_cache
@require_safe
def meeting(request: HttpRequest, ref: str) -> HttpResponse:
    """When and where; for those inside: agenda, papers, who comes, minutes; for whoever plans it: what to do."""
    shown = Meeting.objects.visible_to(request.user).select_related("partnership", "group__partnership")
    meeting = get_object_or_404(shown, ref=ref)
    inside, runs = meeting.is_open_inside_to(request.user), meeting.is_run_by(request.user)
    context = {
        "meeting": meeting,
        "inside": inside,
        "runs": runs,
        "names": runs or meeting.group_id is not None,  # who comes to an event is told to whoever plans it alone
        "where": ics.where(meeting) if inside or meeting.group_id is None else "",
        "changes": meeting.changes.all(),
        "papers": _papers(request, meeting),
        "minutes": MinutesRevision.agreed_of(meeting) if meeting.minutes_public_at else None,
        "room": Room(meeting) if meeting.capacity and meeting.is_ahead else None,
        "may_come": may_come(meeting, request.user),
        "asks_to_join": not inside and is_open(meeting) and not _is_on_list(request, meeting),
    }
    return render(request, "meetings/meeting.html", context | (_inside(request, meeting) if inside else {}))


@require_safe
def event_ics(request: HttpRequest, ref: str) -> HttpResponse:
    """The entry of one meeting to keep, for whoever may know of it; where a group meets is told inside it."""
    meetings = Meeting.objects.visible_to(request.user).select_related("partnership", "group")
    meeting = get_object_or_404(meetings.exclude(starts_at=None), ref=ref)
    shown = Shown.of(meeting)
    return to_keep(shown if meeting.is_open_inside_to(request.user) else shown.outside())


@running
def moving(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = MoveForm(request.POST or None, initial=_when(meeting) | {"sequence": meeting.sequence})
    told = words.people(_told(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            meeting.move(
                starts_at=form.cleaned_data["starts_at"], by=request.user, sequence=form.cleaned_data["sequence"]
            )
        except NotNow as reason:
            form.add_error(None, str(reason))
        except Planned as moved:
            messages.warning(request, f"Somebody moved it meanwhile: {dates.in_words(moved.meeting.starts_at)}.")
            return redirect(meeting)
        else:
            messages.success(request, f"Moved to {dates.in_words(meeting.starts_at)}. {told} are being told.")
            return redirect(meeting)
    return render(request, "meetings/moving.html", {"meeting": meeting, "form": form, "told": told})


@running
def cancellation(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = CancellationForm(request.POST or None)
    told = words.people(_told(meeting))
    if request.method == "POST" and form.is_valid():
        try:
            meeting.cancel(by=request.user, reason=form.cleaned_data["reason"])
        except NotNow as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "It is called off, and everybody invited is being told.")
            return redirect(meeting)
    return render(request, "meetings/cancellation.html", {"meeting": meeting, "form": form, "told": told})


@running
def venue(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = VenueForm(request.POST or None, instance=meeting)
    told = words.people(_told(meeting))
    if request.method == "POST" and form.is_valid():
        fresh = Meeting.objects.get(pk=meeting.pk)
        try:
            fresh.settle_venue(by=request.user, tell=form.cleaned_data["tell"], **form.details())
        except NotNow as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"Noted: {ics.where(fresh)}.")
            return redirect(fresh)
    return render(request, "meetings/venue.html", {"meeting": meeting, "form": form, "told": told})


@running
def agenda(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One point a line. Open follow-ups stand on it by themselves."""
    if request.method == "POST" and request.POST.get("wish") == "agenda":
        _write_agenda(meeting, request.POST.get("points", ""))
        messages.success(request, "The agenda is saved. It is on the page of everybody invited.")
        return redirect("meetings:agenda", meeting.ref)
    context = {
        "meeting": meeting,
        "points": "\n".join(item.title for item in meeting.agenda.all()),
        "papers": _papers(request, meeting),
        "follow_ups": _follow_ups(meeting),
    }
    return render(request, "meetings/agenda.html", context)


def _papers(request: HttpRequest, meeting: Meeting):
    return Paper.objects.visible_to(request.user).on_shelf().filter(meeting=meeting).prefetch_related("versions")


def _is_on_list(request: HttpRequest, meeting: Meeting) -> bool:
    return request.user.is_authenticated and is_on_list(meeting, request.user)


def _inside(request: HttpRequest, meeting: Meeting) -> dict:
    invitations = meeting.invitations.select_related("member__organisation")
    mine = Invitation.objects.live().filter(meeting=meeting, member=request.user).first()
    return {
        "coming": invitations.coming(),
        "maybe": invitations.live().filter(reply="maybe"),
        "cannot": invitations.live().filter(reply="no"),
        "silent": invitations.silent().filter(reply="").count(),
        "waiting": invitations.waiting(),
        "mine": mine,
        "answer": reverse("meetings:reply", args=[REPLY.sign(meeting.pk, request.user.pk)]) if mine else "",
        "agenda": meeting.agenda.all(),
        "follow_ups": _follow_ups(meeting),
        "minutes": MinutesRevision.latest(meeting),
        "attendances": meeting.attendances.select_related("member"),
    }


def _follow_ups(meeting: Meeting):
    """Open ones of the group before a meeting; its own after."""
    if meeting.is_held or meeting.group_id is None:
        return meeting.follow_ups.select_related("owner")
    return FollowUp.objects.open().filter(group=meeting.group_id).select_related("owner")


def _write_agenda(meeting: Meeting, points: str) -> None:
    """Keep the points that are there already, with their outcomes; add new ones, drop those taken away."""
    titles = list(dict.fromkeys(filter(None, (one_line(line)[:150] for line in points.splitlines()))))[:40]
    there = {item.title: item for item in meeting.agenda.all()}
    meeting.agenda.exclude(title__in=titles).filter(outcome="").delete()
    highest = next_position(meeting) + len(titles)
    for number, title in enumerate(titles):
        item = there.get(title) or AgendaItem(meeting=meeting, title=title)
        item.position = highest + number
        item.save()


def _when(meeting: Meeting) -> dict[str, str]:
    local = timezone.localtime(meeting.starts_at)
    return {"day": f"{local:%A %-d %B %Y}", "time": f"{local:%H:%M}"}


def _told(meeting: Meeting) -> int:
    return meeting.invitations.live().count()
