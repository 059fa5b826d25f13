"""Calendars to subscribe to, and the dates of a partnership as a page."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import conditional_page, require_POST, require_safe

from lcep.site import absolute
from meetings import ics
from meetings.models import CalendarKey, Meeting
from members.doors import signed_in
from members.models import Member
from partnerships.models import Partnership
from partnerships.pages import public
from partnerships.views import of_partnership
from pods.models import Group
from trust.tokens import FEED, Broken

PAST = timedelta(days=60)
CALLED_OFF = timedelta(days=30)  # a calendar that reads once a day must meet a cancelled entry


@public
@of_partnership
def events(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The dates of a partnership: events for everyone, and when its groups meet."""
    meetings = Meeting.objects.public().filter(partnership=partnership).select_related("group")
    if not partnership.is_at_home and not meetings.exists():
        raise Http404
    context = {
        "partnership": partnership,
        "coming": meetings.upcoming(),
        "past": meetings.past()[:10],
        "feed": absolute(reverse("meetings:calendar", args=[partnership.slug])),
    }
    return render(request, "meetings/events.html", context)


@public
@of_partnership
def calendar(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Every public date of a partnership."""
    return _feed(str(partnership), Meeting.objects.public().filter(partnership=partnership))


@public
@of_partnership
def group_calendar(request: HttpRequest, partnership: Partnership, pod: str) -> HttpResponse:
    group = get_object_or_404(Group.objects.public().filter(partnership=partnership), slug=pod)
    return _feed(f"{partnership}: {group}", Meeting.objects.public().filter(group=group))


@require_safe
@cache_control(private=True, max_age=60)
@conditional_page
def own(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of one member's meetings, and nothing else; for a calendar program, which cannot sign in."""
    try:
        who, turn = FEED.read(token)
    except Broken:
        raise Http404 from None
    member = get_object_or_404(Member, erased_at=None, pk=who)
    if turn != CalendarKey.turn_of(member):
        raise Http404
    groups = Group.objects.current().of_member(member)
    said_yes = Q(invitations__member=member, invitations__withdrawn_at=None, invitations__reply__in=["yes", "maybe"])
    mine = Meeting.objects.filter(Q(group__in=groups) | said_yes).exclude(starts_at=None).distinct()
    return _feed("My meetings", mine)


@never_cache
@signed_in
@require_POST
def renewal(request: HttpRequest) -> HttpResponse:
    """Give a member a new private address; the old one ends."""
    CalendarKey.renew(request.user)
    messages.success(request, "Your calendar has a new address. The old one shows nothing any more.")
    return redirect("members:me")


def address_of(member: Member) -> str:
    """The private calendar address of a member, whole."""
    return absolute(reverse("meetings:own_calendar", args=[FEED.sign(member.pk, CalendarKey.turn_of(member))]))


def _with_their_owners(rows: list[Meeting]) -> None:
    """Give each meeting its group and partnership: one row of each, however many meetings they have."""
    groups = Group.objects.in_bulk({row.group_id for row in rows if row.group_id})
    partnerships = Partnership.objects.in_bulk({row.partnership_id for row in rows})
    for row in rows:
        row.partnership = partnerships[row.partnership_id]
        row.group = groups.get(row.group_id)


def _feed(name: str, meetings) -> HttpResponse:
    now = timezone.now()
    shown = meetings.filter(ends_at__gt=now - PAST).exclude(status="cancelled", cancelled_at__lt=now - CALLED_OFF)
    rows = list(shown.order_by("starts_at", "pk"))
    _with_their_owners(rows)
    answer = HttpResponse(ics.feed(name, rows), content_type="text/calendar; charset=utf-8")
    answer["X-Robots-Tag"] = "noindex"
    if newest := ics.revised(rows):
        answer["Last-Modified"] = http_date(newest.timestamp())
    return answer
