"""After a meeting: who came, what was agreed, who does what, the minutes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lcep.site import today
from meetings import dates
from meetings.doors import running
from meetings.fields import number
from meetings.models import Attendance, Conflict, FollowUp, Invitation, Meeting, MinutesRevision, NotNow
from meetings.models.records import publish_minutes, withdraw_minutes
from members.doors import signed_in
from members.models import Member
from members.views.own import safe
from pods.models import Group
from trust.text import cleaned, one_line

ROWS = range(3)
LONGEST = 20_000


@running
def record(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Ticked beforehand from the answers; outcomes in words; follow-ups with who and by when."""
    if not _has_its_day(meeting):
        messages.error(request, "There is nothing to record: it has not begun, or it was called off.")
        return redirect(meeting)
    people = _people(meeting)
    errors: list[str] = []
    if request.method == "POST":
        errors = _save(request, meeting, people)
        if not errors:
            return redirect("meetings:report", meeting.group.ref) if meeting.group else redirect(meeting)
    context = {
        "meeting": meeting,
        "rows": _rows(request, meeting, people),
        "people": people,
        "follow_ups": _typed_follow_ups(request),
        "open": _open(meeting),
        "errors": errors,
        "minutes": MinutesRevision.latest(meeting),
        "typed": request.POST,
    }
    return render(request, "meetings/record.html", context)


@running
def minutes(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Write the minutes; of two who write at once, the second sees both texts. Agreed minutes stay as they are."""
    last = MinutesRevision.latest(meeting)
    text, conflict = (last.text if last else ""), None
    if request.method == "POST":
        typed = cleaned(request.POST.get("text", ""))[:LONGEST].strip()
        try:
            _keep_minutes(request, meeting, typed)
        except Conflict as other:
            conflict = last = other.saved
            text = typed or text
        except (NotNow, ValueError) as reason:
            messages.error(request, str(reason) if isinstance(reason, NotNow) else "That did not reach us whole.")
            return redirect("meetings:minutes", meeting.ref)
        else:
            return redirect("meetings:minutes", meeting.ref)
    context = {
        "meeting": meeting,
        "text": text,
        "last": last,
        "conflict": conflict,
        "revisions": meeting.minutes_revisions.select_related("by"),
        "may_publish": meeting.group is None or meeting.group.kind != Group.Kind.EXECUTIVE,
    }
    return render(request, "meetings/minutes.html", context)


def _keep_minutes(request: HttpRequest, meeting: Meeting, text: str) -> None:
    """Save, agree, publish or take back, by the button that was pressed."""
    wish, seen = request.POST.get("wish"), number(request.POST.get("seen", ""))
    if wish == "agree":
        MinutesRevision.agree(meeting, number=seen, by=request.user)
        messages.success(request, "Agreed. Everybody invited is told what was decided.")
    elif wish == "publish":
        publish_minutes(meeting, by=request.user)
        messages.success(request, "Everybody can read them now, on the page of this meeting.")
    elif wish == "withdraw":
        withdraw_minutes(meeting, by=request.user)
        messages.success(request, "They are off the public page.")
    else:
        MinutesRevision.write(meeting, text, seen=seen, by=request.user)
        messages.success(request, "Saved.")


@running
def sheet(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A page to print: names to tick, and lines for those who were not expected."""
    return render(request, "meetings/sheet.html", {"meeting": meeting, "people": _people(meeting), "lines": range(8)})


@never_cache
@require_POST
@signed_in
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, by whoever said they would do it; or not done after all, on the same day."""
    mine = get_object_or_404(FollowUp.objects.shown(), pk=pk, owner=request.user)
    mine.take_up_again() if request.POST.get("wish") == "again" else mine.finish()
    messages.success(request, f"Done: {mine}. Thank you." if mine.done_on else f"Still to do: {mine}.")
    return redirect(safe(request, request.POST.get("next")))


def _people(meeting: Meeting) -> list[Member]:
    """Everybody who was invited: those who said yes first, then by name."""
    invited = meeting.invitations.live().select_related("member__organisation")
    ranked = sorted(invited, key=lambda each: (not each.has_place, str(each.member).casefold()))
    return [each.member for each in ranked]


def _rows(request: HttpRequest, meeting: Meeting, people: list[Member]) -> list[dict[str, Any]]:
    """Everybody with their tick: as typed, else as recorded, else as they answered. `was` is what the page showed."""
    there = dict(meeting.attendances.exclude(how="apologies").values_list("member", "how"))
    yes = dict(Invitation.objects.coming().filter(meeting=meeting).values_list("member", "how"))
    known = there if meeting.is_held else yes
    typed = _numbers(request, "there") if request.method == "POST" else set(known)
    rows = []
    for member in people:
        how = there.get(member.pk) or yes.get(member.pk) or _usual(meeting)
        rows.append(
            {
                "member": member,
                "ticked": member.pk in typed,
                "was": member.pk in (_numbers(request, "was") if request.method == "POST" else known),
                "how": request.POST.get(f"how-{member.pk}", how),
            }
        )
    return rows


def _has_its_day(meeting: Meeting) -> bool:
    if meeting.is_held:
        return True
    return bool(meeting.is_planned and meeting.starts_at and timezone.localdate(meeting.starts_at) <= today())


def _save(request: HttpRequest, meeting: Meeting, people: list[Member]) -> list[str]:
    """Keep what was typed, or say what cannot be kept."""
    ticked = _numbers(request, "there")
    hows = {member: request.POST.get(f"how-{member.pk}", "") for member in people if member.pk in ticked}
    there = {member: how if how in Attendance.How.values else _usual(meeting) for member, how in hows.items()}
    others = request.POST.get("others", "").strip() or "0"
    if not (others.isascii() and others.isdigit() and len(others) <= 4 and int(others) <= 1000):
        return ["Others who came: give a number, like 2."]
    follow_ups, errors = _follow_ups(request, meeting, people)
    if errors:
        return errors
    text = cleaned(request.POST.get("outcomes", ""))[:LONGEST].strip()
    try:
        with transaction.atomic():
            if text:
                MinutesRevision.write(meeting, text, seen=number(request.POST.get("seen", "")), by=request.user)
            is_untouched = request.POST.get("others") == request.POST.get("others-was")
            seen = _numbers(request, "was") if "was" in request.POST or "others-was" in request.POST else None
            Attendance.record(meeting, there, others=None if is_untouched else int(others), by=request.user, seen=seen)
            _keep_follow_ups(request, meeting, follow_ups)
    except Conflict as other:
        return [f"{other.saved.by or 'Somebody'} saved other words meanwhile. Put together what belongs together, "
                f"and save again. Theirs: {other.saved.text}"]  # fmt: skip
    except (NotNow, ValueError) as reason:
        return [str(reason) if isinstance(reason, NotNow) else "That did not reach us whole."]
    messages.success(request, "Recorded. Thank you.")
    return []


def _keep_follow_ups(request: HttpRequest, meeting: Meeting, follow_ups: list[dict]) -> None:
    for each in follow_ups:
        FollowUp.objects.get_or_create(
            group=meeting.group, meeting=meeting, text=each["text"], defaults=each | {"made_by": request.user}
        )
    for each in _open(meeting):
        wish = request.POST.get(f"follow-up-{each.pk}")
        each.finish() if wish == "done" else each.drop() if wish == "dropped" else None


def _numbers(request: HttpRequest, name: str) -> set[int]:
    """The ids among what was sent; whatever else stands there is left out."""
    return set(map(number, request.POST.getlist(name))) - {0}


def _usual(meeting: Meeting) -> str:
    return "in person" if meeting.is_in_person else "online"


def _typed_follow_ups(request: HttpRequest) -> list[dict[str, Any]]:
    """The rows for new follow-ups, with what was typed in them: nothing is typed twice because a date was unclear."""
    names = ("what", "who", "by")
    return [{"number": row} | {name: request.POST.get(f"{name}-{row}", "") for name in names} for row in ROWS]


def _follow_ups(request: HttpRequest, meeting: Meeting, people: list[Member]) -> tuple[list[dict], list[str]]:
    by_id = {str(member.pk): member for member in people}
    found, errors = [], []
    for row in ROWS:
        text = one_line(request.POST.get(f"what-{row}", ""))[:300]
        if not text or meeting.group is None:
            continue
        try:
            by = _day(request.POST.get(f"by-{row}", ""))
        except dates.Unclear as unclear:
            errors.append(f"“{text}”: {unclear}")
            continue
        found.append({"text": text, "owner": by_id.get(request.POST.get(f"who-{row}", "")), "due_on": by})
    return found, errors


def _day(words: str) -> date | None:
    return dates.day(words, today()) if words.strip() else None


def _open(meeting: Meeting):
    if meeting.group_id is None:
        return FollowUp.objects.none()
    return FollowUp.objects.open().filter(group=meeting.group_id).exclude(meeting=meeting).select_related("owner")
