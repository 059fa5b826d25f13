"""The desk of a group's leaders: what comes next, dates, polls, words to the group, reports."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lcep.site import today
from meetings import audience, dates, reporting, words
from meetings.doors import leading, leading_now
from meetings.fields import number
from meetings.forms import DetailsForm, PollForm, ReportForm, WordForm
from meetings.models import DatePoll, FollowUp, Meeting, NotNow, Paper, Planned, PodReport
from meetings.planning import Planner, next_of, suggested
from meetings.steps import Choice, as_text, next_step
from pods.models import Group

A_WEEK = timedelta(days=7)


@leading
def desk(request: HttpRequest, group: Group) -> HttpResponse:
    """The next step, the dates, the open follow-ups."""
    meetings = Meeting.objects.filter(group=group)
    context = {
        "group": group,
        "step": next_step(group),
        "coming": meetings.upcoming(),
        "past": meetings.past()[:5],
        "follow_ups": FollowUp.objects.open().filter(group=group).select_related("owner"),
        "report": PodReport.latest_of(group),
        "people": group.people().count(),
        "papers": Paper.objects.on_shelf().filter(group=group).count(),
        "asked": sum(rows.filter(answered_at=None).count() for rows in (group.wishes, group.proposals)),
    }
    return render(request, "meetings/desk.html", context)


@leading_now
def plan(request: HttpRequest, group: Group) -> HttpResponse:
    """Five dates with their reasons, and what was ruled out. POST: "I'll plan this one"."""
    if request.method == "POST":
        Meeting.begin(group, by=request.user)
        messages.success(request, "The others who lead see that you are planning this one.")
        return redirect("meetings:plan", group.ref)
    planner = Planner.of(group)
    question = planner.questions()[group]
    answer = planner.answers()[group]
    context = {
        "group": group,
        "answer": answer,
        "choices": Choice.all(answer.suggestions),
        "last": question.last_held,
        "planned": next_of(group),
        "planning": Meeting.objects.being_planned().filter(group=group).select_related("made_by").first(),
    }
    return render(request, "meetings/plan.html", context)


@leading_now
def details(request: HttpRequest, group: Group) -> HttpResponse:
    """One date with everything filled in: one press, and everybody is told."""
    form = DetailsForm(request.POST or None, initial=_usual(request, group))
    if request.method == "POST" and form.is_valid():
        return _scheduled(request, group, form)
    told = audience.count_of(group)
    starts = _asked(request)
    answer = Planner.of(group).answers()[group] if starts and not form.is_bound else None
    context = {
        "group": group,
        "form": form,
        "told": words.people(told),
        "when": _in_words(starts) if starts else "",
        "suggestion": suggested(answer, starts) if answer and starts else None,
        "is_open": form.is_bound or starts is None,
    }
    return render(request, "meetings/details.html", context)


@leading_now
def poll(request: HttpRequest, group: Group) -> HttpResponse:
    """Ask the group about dates; once asked, the answers, each date with its button."""
    meeting = Meeting.objects.filter(group=group, status=Meeting.Status.POLLING).select_related("poll").first()
    if meeting:
        return _poll_answers(request, group, meeting.poll)
    answer = Planner.of(group).answers()[group]
    offered = [(as_text(each.starts), _in_words(each.starts)) for each in answer.suggestions]
    until = _closes_on([each.day for each in answer.suggestions])
    initial = {"options": [value for value, _ in offered], "closes_on": f"{until:%-d %B %Y}"}
    form = PollForm(request.POST or None, initial=initial, offered=offered)
    if request.method == "POST" and form.is_valid():
        asked = [_moment(datetime.fromisoformat(each)) for each in form.cleaned_data["options"]]
        try:
            DatePoll.open(group, asked, closes_on=form.cleaned_data["closes_on"], by=request.user)
        except NotNow as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, f"{words.people(audience.count_of(group))} are asked which dates suit them.")
            return redirect("meetings:poll", group.ref)
    context = {"group": group, "form": form, "told": words.people(audience.count_of(group))}
    return render(request, "meetings/poll_ask.html", context)


@leading_now
def word(request: HttpRequest, group: Group) -> HttpResponse:
    """A plain message to everybody in the group, two a week at most. Answers go to whoever wrote."""
    form = WordForm(request.POST or None)
    left = words.left(group)
    if request.method == "POST" and form.is_valid():
        if words.write(group, form.cleaned_data["words"], by=request.user):
            messages.success(request, "It is on its way.")
            return redirect("meetings:desk", group.ref)
        form.add_error(None, "Two messages have gone to this group this week. Try again in a few days.")
    context = {"group": group, "form": form, "left": left, "told": words.people(audience.count_of(group))}
    return render(request, "meetings/word.html", context)


@leading
def report(request: HttpRequest, group: Group) -> HttpResponse:
    """A paragraph to Steering, drafted from the records. Nothing to report is one press."""
    if request.method == "POST" and "nothing" in request.POST:
        PodReport.send(group, "", by=request.user)
        messages.success(request, "Steering knows that there is nothing to report this time. Thank you.")
        return redirect("meetings:desk", group.ref)
    form = ReportForm(request.POST or None, initial={"text": reporting.draft(group)})
    if request.method == "POST" and form.is_valid():
        PodReport.send(group, form.cleaned_data["text"], by=request.user)
        messages.success(request, "Your report is with Steering. Thank you.")
        return redirect("meetings:desk", group.ref)
    context = {
        "group": group,
        "form": form,
        "steering": PodReport.next_steering(group),
        "before": PodReport.latest_of(group),
    }
    return render(request, "meetings/report.html", context)


def _poll_answers(request: HttpRequest, group: Group, asked: DatePoll) -> HttpResponse:
    if request.method == "POST":
        option = get_object_or_404(asked.options, pk=number(request.POST.get("option", "")))
        try:
            meeting = asked.fix(option, by=request.user, **_place_of(group))
        except (NotNow, Planned) as reason:
            messages.error(request, str(reason) if isinstance(reason, NotNow) else "Another date was fixed meanwhile.")
            return redirect("meetings:desk", group.ref)
        messages.success(request, f"{_in_words_at(meeting)} is fixed, and everybody asked is told.")
        return redirect(meeting)
    context = {"group": group, "poll": asked, "standing": asked.standing(), "silent": asked.silent()}
    return render(request, "meetings/poll_answers.html", context)


def _scheduled(request: HttpRequest, group: Group, form: DetailsForm) -> HttpResponse:
    told = audience.count_of(group)
    said = form.cleaned_data
    try:
        meeting = Meeting.schedule(
            group, starts_at=said["starts_at"], by=request.user, seen=said["seen"], **form.details()
        )
    except Planned as planned:
        messages.warning(request, f"{_in_words_at(planned.meeting)} was fixed by somebody else meanwhile. This is it.")
        return redirect(planned.meeting)
    messages.success(request, f"{_in_words_at(meeting)} is fixed. {words.people(told)} are being told.")
    return redirect(meeting)


def _asked(request: HttpRequest) -> datetime | None:
    """The suggestion somebody pressed, as wall-clock time; nothing for an address nobody here wrote."""
    try:
        return datetime.strptime(request.GET.get("at", ""), "%Y-%m-%dT%H:%M")
    except ValueError:
        return None


def _usual(request: HttpRequest, group: Group) -> dict[str, Any]:
    """A meeting like the last one, at the time that was pressed."""
    starts = _asked(request)
    when = {"day": f"{starts:%A %-d %B %Y}", "time": f"{starts:%H:%M}"} if starts else {}
    return when | _place_of(group) | {"seen": Meeting.latest_of(group)}


def _place_of(group: Group) -> dict[str, Any]:
    last = Meeting.objects.filter(group=group, status__in=["scheduled", "held"]).order_by("-starts_at").first()
    if last is None:
        return {"minutes": group.usual_minutes, "mode": group.usual_mode}
    return {"minutes": last.minutes, "mode": last.mode, "place": last.place, "access": last.access,
            "join_url": last.join_url}  # fmt: skip


def _closes_on(days: list) -> Any:
    """In a week, or the day before the first date where that is sooner."""
    return max(today(), min([today() + A_WEEK, *(day - timedelta(days=1) for day in days)]))


def _moment(starts: datetime) -> datetime:
    return dates.moment(starts.date(), starts.time())


def _in_words(starts: datetime) -> str:
    return dates.in_words(_moment(starts))


def _in_words_at(meeting: Meeting) -> str:
    return dates.in_words(meeting.starts_at) if meeting.starts_at else str(meeting)
