"""The table of a group, for those who lead it: who sits there, for how long, and what changes."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lcep.site import today
from meetings.doors import leading
from meetings.models import Meeting
from pods.models import Appointment, Group
from steering import emails, terms
from steering.balance import Balance, months_after
from steering.forms import AppointForm, EndForm, RenewalForm, RulesForm
from steering.models import Interest, Rules, Seat
from steering.pictures import Places, Seats
from steering.quorum import Quorum
from steering.readers import chairs_of
from steering.table import Table

TAKEN = "Somebody else chairs on one of these days, or they hold this role then already. Nothing was changed."
APPOINTED = (Group.Kind.STEERING, Group.Kind.EXECUTIVE)


def at_the_table(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view a group to which people are appointed: for those who lead it."""

    @leading
    @wraps(view)
    def guarded(request: HttpRequest, group: Group, **rest) -> HttpResponse:
        if group.kind not in APPOINTED:
            raise Http404
        return view(request, group, **rest)

    return guarded


@at_the_table
def table(request: HttpRequest, group: Group) -> HttpResponse:
    """Who sits there, which seats are free, whose term ends, who would like to come."""
    context = {
        "group": group,
        "table": Table(group).with_attendance(),
        "vacant": Seat.objects.filter(group=group).vacant(),
        "interests": Interest.objects.open().filter(group=group).select_related("seat"),
        "soon": months_after(today(), 6),
        "today": today(),
        "is_steering": group.kind == Group.Kind.STEERING,
    }
    return render(request, "steering/table.html", context)


@at_the_table
def appointing(request: HttpRequest, group: Group) -> HttpResponse:
    """Appoint somebody. They hear of it, and so does the chair where somebody else did it."""
    form = AppointForm(request.POST or None, group=group, initial=_usual(request, group))
    if request.method == "POST" and form.is_valid():
        try:
            _appoint(request, group, form)
        except IntegrityError:
            form.add_error(None, TAKEN)
        else:
            messages.success(request, f"{form.member} is appointed and was told.")
            return redirect("steering:table", group.ref)
    return render(request, "steering/appointing.html", {"group": group, "form": form})


@at_the_table
def term(request: HttpRequest, group: Group, pk: int) -> HttpResponse:
    """One appointment: another term, or its end."""
    rows = Appointment.objects.filter(group=group, taken_back_on=None).select_related("member")
    held = get_object_or_404(rows, pk=pk)
    wish = request.POST.get("wish")
    renewal = RenewalForm(request.POST if wish == "renew" else None, held=held, initial={"ends": _two_years(held)})
    ending = EndForm(request.POST if wish == "end" else None, initial={"on": held.term_ends or today()})
    if renewal.is_valid():
        terms.renew(held, renewal.cleaned_data["ends"], by=request.user)
        messages.success(request, f"{held.member} goes on until {renewal.cleaned_data['ends']:%-d %B %Y}.")
        return redirect("steering:table", group.ref)
    if ending.is_valid():
        return _ended(request, held, ending)
    context = {"group": group, "held": held, "renewal": renewal, "ending": ending, "number": terms.number_of(held)}
    return render(request, "steering/term.html", context)


@at_the_table
def rules(request: HttpRequest, group: Group) -> HttpResponse:
    """When the group may decide, and what the public page says."""
    form = RulesForm(request.POST or None, instance=Rules.of(group))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved. It holds for every meeting from now on.")
        return redirect("steering:balance", group.ref)
    return render(request, "steering/rules.html", {"group": group, "form": form})


@at_the_table
def balance(request: HttpRequest, group: Group) -> HttpResponse:
    """Whether the next meetings may decide, and how the table looks in half a year and in a year."""
    meetings = Meeting.objects.filter(group=group).select_related("group")
    by_sector = Balance(group)
    context = {
        "group": group,
        "rules": Rules.of(group),
        "coming": [Places(Quorum(meeting)) for meeting in meetings.upcoming()[:2]],
        "past": [Quorum(meeting) for meeting in meetings.filter(status="held")[:4]],
        "seats": Seats(by_sector),
        "gaps": by_sector.gaps,
    }
    return render(request, "steering/balance.html", context)


def _appoint(request: HttpRequest, group: Group, form: AppointForm) -> None:
    with transaction.atomic():
        if form.member is None:
            form.member = form.interest.become_member()
        appointment = terms.appoint(group, form.member, by=request.user, **form.details())
        if form.interest:
            form.interest.give(Interest.Answer.APPOINTED, by=request.user)
        emails.appointed(appointment, form.member).send()
        for chair in chairs_of(group):
            if chair not in {request.user, form.member}:
                emails.appointed(appointment, chair).send()


def _ended(request: HttpRequest, held: Appointment, form: EndForm) -> HttpResponse:
    said = form.cleaned_data
    if said["on"] < held.since:
        messages.error(request, f"It began on {held.since:%-d %B %Y}: the last day cannot be before that.")
        return redirect("steering:term", held.group.ref, held.pk)
    terms.end(held, on=said["on"], reason=said["reason"], by=request.user)
    messages.success(request, f"{held.member}: the last day is {said['on']:%-d %B %Y}. A thank-you goes out after it.")
    return redirect("steering:table", held.group.ref)


def _usual(request: HttpRequest, group: Group) -> dict:
    """From today for two years; with `?interest=`, for whoever asked."""
    asked = Interest.objects.filter(group=group, pk=_number(request.GET.get("interest", ""))).first()
    usual = {"since": today(), "term_ends": months_after(today(), 24), "seat": request.GET.get("seat", "")}
    return usual | ({"email": asked.email, "seat": str(asked.seat_id or "")} if asked else {})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _two_years(held: Appointment):
    return months_after(max(held.term_ends or today(), today()), 24)
