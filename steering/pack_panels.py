"""What the pack puts on /me/ and on the desk."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Need
from meetings.models import Invitation, Meeting
from partnerships.models import Partnership
from pods.models import Group
from steering.models import Decision, Pack
from steering.pack import next_pack
from steering.pack_sending import A_WEEK, substitutes_for
from trust.tokens import REPLY

LOG = 3


def my_table(request: HttpRequest) -> dict[str, Any] | None:
    """The next meeting of Steering with its pack, and the one to close; the latest decisions of one's lists."""
    tables = Group.objects.current().filter(kind=Group.Kind.STEERING)
    mine = Q(pk__in=Group.objects.of_member(request.user).values("pk"))
    own = tables.filter(mine | Q(partnership__in=request.user.own_partnerships()))
    groups = list(own.select_related("partnership")[:3])
    rows = [row for group in groups if (row := _row(request, group))]
    at_home = Partnership.objects.at_home().filter(pk__in=[group.partnership_id for group in groups])
    decided = Decision.objects.visible_to(request.user).exclude(means="").select_related("partnership")[:LOG]
    if not groups and not decided:
        return None
    context = {"rows": rows, "decided": decided, "partnerships": at_home}
    return {"template": "steering/_my_table.html", "context": context}


def _row(request: HttpRequest, group: Group) -> dict[str, Any] | None:
    ahead = next_pack(group)
    to_close = _to_close(group) if group.is_run_by(request.user) else None
    return {"group": group, "meeting": ahead, "to_close": to_close} if ahead or to_close else None


def _to_close(group: Group) -> Meeting | None:
    """The last meeting, where questions were put to it and its pack is open still."""
    asked = Exists(Decision.objects.open().filter(meeting=OuterRef("pk")))
    is_open = Exists(Pack.objects.open().filter(meeting=OuterRef("pk")))
    last = Meeting.objects.past().filter(group=group).annotate(was_asked=asked, is_pack_open=is_open).first()
    return last if last and last.was_asked and last.is_pack_open else None


def needs(request: HttpRequest) -> list[Need]:
    """The pack that goes out next, and the meeting to be closed: one sentence each."""
    found = []
    partnerships = request.user.stewarded_partnerships().order_by("name")[:3]
    groups = Group.objects.current().filter(partnership__in=partnerships, kind=Group.Kind.STEERING)
    for group in groups.select_related("partnership"):
        if last := _to_close(group):
            sentence = f"What {group} decided on {localdate(last.starts_at):%-d %B} can be written down."
            found.append(Need(sentence, "Close the meeting", reverse("steering:closing", args=[last.ref])))
        ahead = next_pack(group)
        if ahead and ahead.starts_at and not ahead.is_pack_sent:  # type: ignore[attr-defined]
            goes = localdate(ahead.starts_at) - A_WEEK
            questions = ahead.questions  # type: ignore[attr-defined]
            asked = f"{questions} question{'' if questions == 1 else 's'}" if questions else "no question yet"
            sentence = f"The pack for {group} goes out on {goes:%A %-d %B}: {asked}."
            found.append(Need(sentence, "Look at it", reverse("steering:pack", args=[ahead.ref]), by=goes))
    return found


def stand_in(invitation: Invitation) -> dict[str, Any] | None:
    """Whoever cannot come to Steering is offered to ask their substitute, on the page of their answer."""
    if invitation.reply != Invitation.Reply.NO or not invitation.meeting.is_ahead:
        return None
    asked = substitutes_for(invitation.meeting, invitation.member)
    if not asked:
        return None
    address = reverse("steering:substitute", args=[REPLY.sign(invitation.meeting_id, invitation.member_id)])
    return {"template": "steering/_stand_in.html", "context": {"substitutes": asked, "href": address}}


def inside(request: HttpRequest, group: Group) -> dict[str, Any] | None:
    """The pack of the next meeting and what else its table shares, on the members' view of a Steering Group."""
    if group.kind != Group.Kind.STEERING:
        return None
    context = {"meeting": next_pack(group), "partnership": group.partnership}
    return {"template": "steering/_pack_inside.html", "context": context}
