"""The pack of a Steering meeting: to read and print, to prepare, to send, to close; and the log of decisions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from meetings.models import Conflict, Invitation, Meeting, NotNow
from members.doors import signed_in
from members.models import Member
from partnerships.models import Partnership
from steering import pack_sending
from steering.models import Decision, Pack
from steering.pack import Papers
from steering.pack_closing import LATER, Closing, offer_story
from steering.pack_forms import DecisionForm, WordsForm
from steering.plan_board import Board
from steering.plan_doors import READ_AND_POST, at_the_table, chairs, preparing, sits_there
from trust.tokens import REPLY, Broken

MOVES = {"up": -1, "down": 1}


@at_the_table
def pack(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The whole pack on one page that prints on A4: decisions first."""
    papers = Papers(meeting)
    invited = Invitation.objects.live().filter(meeting=meeting, member=request.user).first()
    context = {
        "meeting": meeting,
        "partnership": meeting.partnership,
        "papers": papers,
        "board": Board(papers.plan),
        "prepares": chairs(request.user, meeting.partnership),
        "answer": reverse("meetings:reply", args=[REPLY.sign(meeting.pk, request.user.pk)]) if invited else "",
        "reply": invited.get_reply_display() if invited else "",
        "has_begun": _has_begun(meeting),
    }
    return render(request, "steering/pack.html", context)


@preparing
def questions(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What is to be decided, in the Chair's order; a question more; a word at the top."""
    pack = _pack(request, meeting)
    if pack.is_closed:
        return redirect(pack)
    form = DecisionForm(request.POST if request.POST.get("wish") == "ask" else None)
    words = WordsForm(request.POST if request.POST.get("wish") == "words" else None, initial={"words": pack.words})
    if form.is_valid():
        said = form.cleaned_data
        Decision.ask(meeting, said["question"], said["background"], by=request.user)
        return redirect("steering:questions", meeting.ref)
    if words.is_valid():
        Pack.objects.filter(pk=pack.pk).update(words=words.cleaned_data["words"])
        messages.success(request, "Saved. It stands at the top of the pack.")
        return redirect("steering:questions", meeting.ref)
    decisions = Papers(meeting).decisions
    context = {"meeting": meeting, "pack": pack, "decisions": decisions, "form": form, "words": words}
    return render(request, "steering/questions.html", context)


@preparing
def question(request: HttpRequest, meeting: Meeting, question: int) -> HttpResponse:
    """One question: up, down, off the pack, or in other words."""
    pack = _pack(request, meeting)
    here = [each for each in Papers(meeting).decisions if each.pk == question and each.decided_on is None]
    if not here:
        raise Http404
    decision, wish = here[0], request.POST.get("wish", "")
    if wish in MOVES:
        pack.move(decision, MOVES[wish])
    elif wish == "off":
        decision.delete()
        messages.success(request, f"“{decision}” is off the pack.")
    else:
        form = DecisionForm(request.POST or None, instance=decision)
        if request.method != "POST" or not form.is_valid():
            return render(request, "steering/question.html", {"meeting": meeting, "form": form, "decision": decision})
        form.save()
    return redirect(f"{reverse('steering:questions', args=[meeting.ref])}#questions")


@preparing
def sending(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Send the pack now instead of seven days before. Once: pressed again, it has gone."""
    people = meeting.group.people().count()
    if request.method == "POST":
        try:
            pack_sending.send(Pack.of(meeting), by=request.user)
        except NotNow as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"The pack is on its way to {people} {'person' if people == 1 else 'people'}.")
        return redirect("steering:pack", meeting.ref)
    context = {"meeting": meeting, "people": meeting.group.people(), "pack": Pack.shown(meeting)}
    return render(request, "steering/sending.html", context)


@preparing
def closing(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What became of each question, and what it means for members; minutes agreed. Then the log stands."""
    pack = _pack(request, meeting)
    if pack.is_closed:
        return redirect(pack)
    if not _has_begun(meeting):
        messages.error(request, "A meeting is closed once it has begun.")
        return redirect(pack)
    form = Closing(Papers(meeting), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_whole:
        try:
            pack.close(form.said, by=request.user)
        except (Conflict, NotNow):
            messages.error(request, "Somebody changed the minutes meanwhile. Look at them once more.")
        else:
            messages.success(request, "Closed. The log of decisions stands.")
            return redirect(pack)
    context = {"meeting": meeting, "closing": form, "choices": [*Decision.Outcome.choices, (LATER, "put off")]}
    return render(request, "steering/closing.html", context, status=200 if form.is_whole else 422)


@preparing
def story(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Offer what was decided as a story for the next newsletter."""
    pack = get_object_or_404(Pack.objects.exclude(closed_at=None), meeting=meeting)
    if request.method == "POST":
        offered = offer_story(pack, by=request.user)
        if offered:
            messages.success(request, "Offered. The manager reads it before it goes into a newsletter.")
        else:
            messages.error(request, "There is nothing to tell: no decision says what it means for members.")
        return redirect(pack)
    return render(request, "steering/story.html", {"meeting": meeting, "pack": pack})


@never_cache
@signed_in
@require_safe
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """The log: for members what each decision means for them; round the table also its words."""
    partnership = get_object_or_404(Partnership.objects.at_home(), slug=slug)
    on_list = request.user.memberships.current().filter(partnership=partnership).exists()
    inside = sits_there(request.user, partnership)
    if not (on_list or inside):
        raise Http404
    log = Decision.objects.visible_to(request.user).filter(partnership=partnership).select_related("meeting")
    context = {"partnership": partnership, "log": log if inside else log.exclude(means=""), "inside": inside}
    return render(request, "steering/decisions.html", context)


@never_cache
@require_http_methods(READ_AND_POST)
def substitute(request: HttpRequest, token: str) -> HttpResponse:
    """Ask one's substitute to go instead, from the link of a mail: a page with a button. It signs nobody in."""
    found = _cannot_come(token)
    if found is None:
        return render(request, "steering/link_over.html", status=410)
    meeting, member = found
    asked = pack_sending.substitutes_for(meeting, member)
    told = bool(request.method == "POST" and pack_sending.ask_substitutes(meeting, member))
    context = {"meeting": meeting, "member": member, "substitutes": asked, "told": told, "reply": token}
    return render(request, "steering/substitute.html", context)


def _pack(request: HttpRequest, meeting: Meeting) -> Pack:
    """Opened, the pack as it stands; only a press makes its row."""
    return Pack.of(meeting) if request.method == "POST" else Pack.shown(meeting)


def _has_begun(meeting: Meeting) -> bool:
    return meeting.starts_at is not None and meeting.starts_at <= timezone.now()


def _cannot_come(token: str) -> tuple[Meeting, Any] | None:
    """Whose answer to which meeting to come; nobody's once they are off its list."""
    try:
        number, who = REPLY.read(token)
    except Broken:
        return None
    meetings = Meeting.objects.upcoming().select_related("partnership", "group__partnership")
    meeting, member = meetings.filter(pk=number).first(), Member.objects.filter(pk=who, erased_at=None).first()
    if meeting is None or member is None:
        return None
    invited = Invitation.objects.live().filter(meeting=meeting, member=member).exists()
    return (meeting, member) if invited else None
