"""Calendars to subscribe to, and the dates of a partnership as a page."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from lcep.site import absolute
from meetings import ics
from meetings.feed import Feed
from meetings.ics import Shown
from meetings.models import CalendarKey, Meeting
from members.doors import signed_in
from members.models import Member
from partnerships.models import Partnership
from partnerships.pages import Unmade, of_partnership, of_partnership_alone, public
from pods.models import Group
from trust.tokens import FEED, Broken

CALENDAR = "text/calendar; charset=utf-8"


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
@of_partnership_alone
def calendar(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Every public date of a partnership."""
    return _feed(str(partnership), Meeting.objects.public().filter(partnership=partnership))


@public
@of_partnership_alone
def group_calendar(request: HttpRequest, partnership: Partnership, pod: str) -> HttpResponse:
    group = get_object_or_404(Group.objects.public().filter(partnership=partnership), slug=pod)
    return _feed(f"{partnership}: {group}", Meeting.objects.public().filter(group=group))


@require_safe
@cache_control(private=True, max_age=60)
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
    whole = _feed("My meetings", mine, inside=True)
    return get_conditional_response(request, whole.headers["ETag"], None, whole) or whole


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


def to_keep(shown: Shown) -> HttpResponse:
    """Answer with the entry of one meeting as a file to keep (METHOD PUBLISH)."""
    answer = HttpResponse(ics.entry(shown, method="PUBLISH", stamp=shown.revised_at), content_type=CALENDAR)
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


def _feed(name: str, meetings, *, inside: bool = False) -> Unmade:
    feed = Feed(name, meetings, inside=inside)
    answer = Unmade(feed.text, feed.made_of, content_type=CALENDAR)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
