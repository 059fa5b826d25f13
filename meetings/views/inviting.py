"""Events for everyone: planned, looked at, sent; and coming to one meeting without being asked by name."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from meetings import audience, ics, subjects, words
from meetings.coming import come
from meetings.doors import READ_AND_POST, running
from meetings.forms import EventForm, PlacesForm
from meetings.models import Announcement, Meeting, NotNow, What
from meetings.models.places import settle
from members.doors import signed_in
from partnerships.models import Partnership

SOON = timedelta(days=7)


@never_cache
@require_http_methods(READ_AND_POST)
@signed_in
def new_event(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan an event. It stands on the page of dates; inviting people comes next."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    if not request.user.stewarded_partnerships().filter(pk=partnership.pk).exists():
        raise PermissionDenied
    form = EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        event = Meeting.plan_event(
            partnership,
            starts_at=form.cleaned_data["starts_at"],
            minutes=form.cleaned_data["minutes"],
            by=request.user,
            **{name: value for name, value in details.items() if name != "minutes"},
        )
        messages.success(request, "It is on the page of dates. Nobody is invited yet.")
        return redirect("meetings:invitation", event.ref)
    return render(request, "meetings/new_event.html", {"partnership": partnership, "form": form})


@running
def invitation(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Who gets the invitation to an event, who does not and why, what is odd about it; then one press."""
    if meeting.group_id is not None:
        raise Http404
    told = meeting.announcements.filter(what=What.INVITATION).select_related("mailing").order_by("pk").last()
    if told and told.mailing.state == "stopped" and not told.mailing.started_at:
        told = None
    if request.method == "POST":
        return _press(request, meeting, told)
    everybody = audience.for_event(Announcement(what=What.INVITATION, meeting=meeting))
    left_out = everybody.exclude(excluded="").order_by().values("excluded").annotate(people=Count("pk"))
    count = everybody.filter(excluded="").count()
    context = {
        "meeting": meeting,
        "where": ics.where(meeting),
        "told": told,
        "count": count,
        "people": words.people(count),
        "left_out": sorted(((row["people"], row["excluded"]) for row in left_out), reverse=True),
        "subject": subjects.of(What.INVITATION, meeting),
        "odd": _odd(meeting, count),
    }
    return render(request, "meetings/invitation.html", context)


@running
def places(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """How many places an event has, and how many at most for one sector. Who has a place keeps it."""
    if meeting.group_id is not None:
        raise Http404
    limits = dict(meeting.sector_places.values_list("sector", "places"))
    form = PlacesForm(request.POST or None, initial={"capacity": meeting.capacity} | limits)
    if request.method == "POST" and form.is_valid():
        try:
            settle(meeting, capacity=form.cleaned_data["capacity"], limits=form.limits(), by=request.user)
        except NotNow as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Saved. Free places are offered to those who wait, in their order.")
            return redirect(meeting)
    return render(request, "meetings/places.html", {"meeting": meeting, "form": form, "has_limits": bool(limits)})


@never_cache
@require_POST
@signed_in
def guest(request: HttpRequest, ref: str) -> HttpResponse:
    """Come to this one meeting: an event, or a pod one has not joined."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related("group"), ref=ref)
    try:
        placed = come(meeting, request.user)
    except NotNow as reason:
        messages.error(request, str(reason))
    else:
        said = "You are on the waiting list: all places are taken." if placed.is_waiting else "See you there."
        messages.success(request, said)
    return redirect(meeting)


def _press(request: HttpRequest, meeting: Meeting, told: Announcement | None) -> HttpResponse:
    """Send it, or take it back while that is possible. Two presses send one invitation."""
    if told and "undo" in request.POST:
        undone = told.mailing.undo(request.user)
        messages.success(request, "Taken back: nobody was written to." if undone else "It had begun already.")
    elif not told and meeting.is_ahead:
        before = meeting.announcements.filter(what=What.INVITATION).count()
        Announcement.make(What.INVITATION, meeting=meeting, by=request.user, again=f"try {before}" if before else "")
        messages.success(request, "It leaves in two minutes. Until then you can take it back.")
    return redirect("meetings:invitation", meeting.ref)


def _odd(meeting: Meeting, count: int) -> list[str]:
    """What a second pair of eyes would ask before it is sent."""
    said = []
    if not count:
        said.append("Nobody would get it: nobody on the list chose invitations to events.")
    if meeting.is_in_person and not meeting.place:
        said.append("It has no venue yet. The invitation says that it follows.")
    if meeting.is_online and not meeting.join_url:
        said.append("It has no link to join yet. Those who come look for it on their page.")
    if meeting.starts_at and meeting.starts_at < timezone.now() + SOON:
        said.append("It is within a week: some will have other plans.")
    if not meeting.access and meeting.is_in_person:
        said.append("It does not say how to get in: steps, lift, which door.")
    return said
