"""What meetings put on /me/, in a partnership's rooms and on the desk."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Need, today
from meetings.board import Board, partnerships_of
from meetings.models import FollowUp, Invitation, Meeting, Paper
from meetings.views.feeds import address_of
from partnerships.models import Partnership
from partnerships.panels import counted
from pods.models import Appointment, Group
from pods.models.groups import RUNNING
from trust.tokens import REPLY


def my_dates(request: HttpRequest) -> dict[str, Any] | None:
    """The meetings one is asked to, the groups one leads, what one said one would do, one's calendar address."""
    coming = Meeting.objects.upcoming().select_related("group", "partnership")
    invitations = Invitation.objects.live().filter(member=request.user, meeting__in=coming)
    rows = [
        {
            "meeting": each.meeting,
            "invitation": each,
            "href": reverse("meetings:reply", args=[REPLY.sign(each.meeting_id, request.user.pk)]),
        }
        for each in invitations.select_related("meeting__group", "meeting__partnership").order_by("meeting__starts_at")
    ]
    leading = Appointment.objects.current().filter(member=request.user, role__in=RUNNING)
    leads = list(Group.objects.current().filter(pk__in=leading.values("group")))
    follow_ups = FollowUp.objects.shown().filter(owner=request.user)
    if not rows and not leads and not follow_ups and not Group.objects.current().of_member(request.user).exists():
        return None
    context = {
        "rows": rows,
        "leads": leads,
        "follow_ups": follow_ups,
        "feed": address_of(request.user),
        "csrf_token": get_token(request),
    }
    return {"template": "meetings/_my_dates.html", "context": context}


def board(request: HttpRequest) -> dict[str, Any] | None:
    """Twelve weeks of every group, for whoever manages them."""
    boards = [each for each in _boards(request) if each.lines]
    return {"template": "desk/meetings/_board.html", "context": {"boards": boards}} if boards else None


def needs(request: HttpRequest) -> list[Need]:
    """The group whose date slips first, and the record that is to come: one sentence each, not a list of debts."""
    found = []
    for board in _boards(request):
        waiting = [line for line in board.lines if line.wants_a_date]
        if waiting:
            line = waiting[0]
            more = f" So could {counted(len(waiting) - 1, 'other').lower()}." if len(waiting) > 1 else ""
            plan = reverse("meetings:plan", args=[line.group.ref])
            by = max(today(), line.window.first - timedelta(days=21))
            found.append(Need(f"{line.group} could choose its next date.{more}", "See good dates", plan, by=by))
        records = [line.record for line in board.lines if line.record]
        if records:
            first = records[0]
            sentence = f"The record of {first.group}, {localdate(first.starts_at):%-d %B}, is to come."
            found.append(Need(sentence, "Look at it", reverse("meetings:record", args=[first.ref])))
    return found


def _boards(request: HttpRequest) -> list[Board]:
    """Made once for a request: needs and panel show the same."""
    kept = getattr(request, "meetings_boards", None)
    if kept is None:
        kept = [Board.of(partnership) for partnership in partnerships_of(request.user)]
        request.meetings_boards = kept  # type: ignore[attr-defined]
    return kept


def plan_an_event(request: HttpRequest) -> list[tuple[str, str]]:
    own = partnerships_of(request.user)
    return [
        (f"Plan an event{' of ' + str(each) if len(own) > 1 else ''}", reverse("meetings:new_event", args=[each.slug]))
        for each in own
    ]


def room(partnership: Partnership) -> list[tuple[str, str]]:
    return [("Dates", reverse("meetings:events", args=[partnership.slug]))]


def last_meeting(partnerships: list[int]) -> tuple[str, dict[int, date]]:
    """When each of these partnerships last met, of what is public."""
    met = Meeting.objects.public().past().filter(partnership__in=partnerships).order_by()
    rows = met.values("partnership").annotate(last=Max("starts_at")).values_list("partnership", "last")
    return "Last meeting", {partnership: localdate(last) for partnership, last in rows}


def inside(request: HttpRequest, group: Group) -> dict[str, Any] | None:
    """Papers and follow-ups of a group, for those inside it: one's own first, each with its button."""
    papers = Paper.objects.visible_to(request.user).on_shelf().filter(group=group).prefetch_related("versions")
    follow_ups = list(FollowUp.objects.shown().filter(group=group).select_related("owner"))
    context = {
        "group": group,
        "papers": papers,
        "keeps": group.is_run_by(request.user),
        "mine": [each for each in follow_ups if each.owner_id == request.user.pk],
        "others": [each for each in follow_ups if each.owner_id != request.user.pk and each.is_open],
        "back": request.path,
        "csrf_token": get_token(request),
    }
    return {"template": "meetings/_inside.html", "context": context}


def shared_papers(request: HttpRequest) -> dict[str, Any] | None:
    """What an Executive shared with its manager."""
    theirs = Paper.objects.shared_with(request.user).on_shelf().prefetch_related("versions")
    return {"template": "meetings/_shared_papers.html", "context": {"papers": theirs}} if theirs else None
