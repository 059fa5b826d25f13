"""Pages behind the links in mails: one's answer to one meeting, or to one poll. They sign nobody in.

Nothing changes until a button is pressed: mail scanners open every link.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lcep.site import reply_parts
from meetings import ics
from meetings.doors import READ_AND_POST
from meetings.forms import ReplyForm
from meetings.models import DatePoll, FollowUp, Invitation, Meeting, MinutesRevision, NotNow, Paper, PollAnswer
from meetings.views.feeds import to_keep
from members.models import Member, Membership
from pods.models import Group
from trust.tokens import POLL, REPLY, Broken


@never_cache
@require_http_methods(READ_AND_POST)
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes, maybe or no. After a yes: the link to join and the entry for one's calendar."""
    invitation = invitation_of(token)
    if invitation is None or not invitation.is_open:
        return _over(request)
    form = ReplyForm(
        _pressed(request),
        asks=invitation.meeting.asks,
        initial={"how": invitation.how, "needs": invitation.needs, "note": invitation.note},
    )
    told = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kept = {name: said[name] for name in ("needs", "note") if name in said and name in request.POST}
        try:
            invitation.save() if invitation.pk is None else None
            invitation.answer(said["reply"], source=Invitation.Source.PAGE, how=said["how"], **kept)
        except NotNow as reason:
            told = str(reason)
        else:
            return redirect(f"{reverse('meetings:reply', args=[token])}?saved=1")
    return render(request, "meetings/reply.html", _of(invitation) | {"form": form, "token": token, "told": told})


@never_cache
@require_safe
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """The entry of the meeting for one's calendar, with the place, signed out. Never an Executive's."""
    invitation = invitation_of(token)
    if invitation is None or not invitation.is_open or _is_board(invitation.meeting):
        return _over(request)
    return to_keep(ics.Shown.of(invitation.meeting))


@never_cache
@require_http_methods(READ_AND_POST)
def poll(request: HttpRequest, token: str) -> HttpResponse:
    """One question for each date: yes, if need be, no."""
    try:
        number, who = POLL.read(token)
    except Broken:
        return _over(request)
    asked = DatePoll.objects.select_related("meeting__group__partnership").filter(pk=number).first()
    member = Member.objects.filter(pk=who, erased_at=None).first()
    if asked is None or member is None or not asked.meeting.group.people().filter(pk=who).exists():
        return _over(request)
    if request.method == "POST" and asked.is_open:
        asked.answer(member, _answers(request, asked))
        return redirect(f"{reverse('meetings:poll_reply', args=[token])}?saved=1")
    given = dict(PollAnswer.objects.filter(option__poll=asked, member=member).values_list("option", "answer"))
    options = [(option, given.get(option.pk, "")) for option in asked.options.all()]
    context = {
        "poll": asked,
        "member": member,
        "options": options,
        "choices": PollAnswer.Answer.choices,
        "token": token,
    }
    return render(request, "meetings/poll.html", context)


def invitation_of(token: str) -> Invitation | None:
    """Who is asked to what; of an event, everybody on the list is asked, and a row is made when they answer."""
    try:
        number, who = REPLY.read(token)
    except Broken:
        return None
    meeting = Meeting.objects.select_related("partnership", "group__partnership").filter(pk=number).first()
    member = Member.objects.filter(pk=who, erased_at=None).select_related("organisation").first()
    if meeting is None or member is None or meeting.starts_at is None:
        return None
    invitation = Invitation.objects.filter(meeting=meeting, member=member).first()
    if invitation:
        invitation.meeting, invitation.member = meeting, member
        return invitation
    on_list = Membership.objects.current().filter(member=member, partnership=meeting.partnership_id).exists()
    return Invitation(meeting=meeting, member=member) if meeting.group_id is None and on_list else None


def _of(invitation: Invitation) -> dict:
    meeting = invitation.meeting
    is_board = _is_board(meeting)
    mine = FollowUp.objects.open().filter(group=meeting.group_id, owner=invitation.member) if meeting.group_id else []
    return {
        "meeting": meeting,
        "invitation": invitation,
        "where": ics.where(meeting),
        "agenda": meeting.agenda.all() if not is_board else [],
        "papers": Paper.objects.for_link(meeting).prefetch_related("versions"),
        "is_board": is_board,
        "minutes": MinutesRevision.agreed_of(meeting) if not is_board else None,
        "mine": mine,
        "parts": [part for offer in reply_parts if (part := offer(invitation))],
        "change": meeting.changes.order_by("-sequence").first() if invitation.wants_confirming else None,
    }


def _is_board(meeting: Meeting) -> bool:
    return meeting.group is not None and meeting.group.kind == Group.Kind.EXECUTIVE


def _pressed(request: HttpRequest) -> dict | None:
    """The button says the answer, and for a meeting in two ways also which: "yes online"."""
    if request.method != "POST":
        return None
    said = request.POST.dict()
    reply, _, how = said.get("reply", "").partition(" ")
    return said | {"reply": reply} | ({"how": how} if how else {})


def _answers(request: HttpRequest, asked: DatePoll) -> dict[int, str]:
    if "none" in request.POST:
        return dict.fromkeys(asked.options.values_list("pk", flat=True), str(PollAnswer.Answer.NO))
    said = {option.pk: request.POST.get(f"option-{option.pk}", "") for option in asked.options.all()}
    return {option: answer for option, answer in said.items() if answer in PollAnswer.Answer.values}


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "meetings/link_over.html", status=410)
