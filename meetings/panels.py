"""What meetings put on /me/, in a partnership's rooms and on the desk."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import FollowUp, Invitation, Meeting
from meetings.views.feeds import address_of
from partnerships.models import Partnership
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
    follow_ups = FollowUp.objects.open().filter(owner=request.user)
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


def room(partnership: Partnership) -> list[tuple[str, str]]:
    return [("Dates", reverse("meetings:events", args=[partnership.slug]))]


def last_meeting(partnerships: list[int]) -> tuple[str, dict[int, date]]:
    """When each of these partnerships last met, of what is public."""
    met = Meeting.objects.public().past().filter(partnership__in=partnerships).order_by()
    rows = met.values("partnership").annotate(last=Max("starts_at")).values_list("partnership", "last")
    return "Last meeting", {partnership: localdate(last) for partnership, last in rows}
