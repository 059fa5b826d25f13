"""The planner on the desk: the school year, asking for news, the draft that fills itself, how often, school dates."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lcep.site import absolute
from newsletters.admin.notices import as_mail
from newsletters.admin.walls import behind_the_wall, whose
from newsletters.built import THEIR_OWN
from newsletters.models import Ask
from newsletters.planner import asking as news
from newsletters.planner import filling, next_year
from newsletters.planner.forms import DaysForm, RhythmForm, SchoolDatesForm
from newsletters.planner.strip import Strip
from newsletters.planner.year import Year
from newsletters.sorting import Sorted
from newsletters.standing import moment
from partnerships.models import Partnership
from trust.admin import Desk

HOME = "planner_year"


def addresses(desk: Desk) -> list[URLPattern]:
    """The screens, each behind the desk's door; those of a partnership behind its wall."""
    screens: list[tuple[str, str, Callable]] = [
        ("", HOME, year),
        ("rhythm/", "planner_rhythm", rhythm),
        ("asking/", "planner_asking", asking),
        ("asking/mail/", "planner_mail", shown_mail),
        ("draft/", "planner_draft", draft),
        ("school-dates/", "planner_dates", dates),
    ]
    own = [
        path(f"planner/<slug:slug>/{address}", behind_the_wall(desk, view, HOME), name=name)
        for address, name, view in screens
    ]
    doors = [
        path("planner/", whose(desk, "Planner", HOME), name="planner"),
        path("days/", desk.admin_view(_days(desk)), name="working_days"),
    ]
    return [*doors, *own]


@require_safe
def year(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """The whole year: as a drawing, in words, and what can be done now."""
    found = Year.of(partnership)
    return _year(request, partnership, context, found, RhythmForm(partnership))


@require_POST
def rhythm(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """How often the newsletter comes."""
    form = RhythmForm(partnership, request.POST)
    if not form.is_valid():
        return _year(request, partnership, context, Year.of(partnership), form, status=422)
    if form.save(by=request.user):
        messages.success(
            request, f"Saved. From now on people who join are promised about {partnership.newsletters_a_year} a year."
        )
    return redirect(context["home"])


@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Ask those who take part for news, in one press; or not this time."""
    found = Year.of(partnership)
    slot = found.slot if found else None
    if slot is None:
        messages.info(request, "There is no newsletter to ask for: no school dates are known from today on.")
        return redirect(context["home"])
    if request.method == "POST":
        return _ask(request, partnership, slot.due_on, context)
    context |= {
        "title": "Ask for news",
        "room": "Planner",
        "slot": slot,
        "wanted_by": news.wanted_by(slot.due_on),
        **Sorted.of(news.people(partnership)).as_context(),
        "subject": news.subject_of(partnership, slot.due_on),
    }
    return TemplateResponse(request, "desk/planner/asking.html", context)


@require_safe
def shown_mail(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """The HTML part of asking for news, for `<iframe sandbox>` only."""
    found = Year.of(partnership)
    due_on = found.slot.due_on if found and found.slot else next_year.by()
    message = news.message(partnership, due_on, link=absolute("/s/their-own-link/"), choices=THEIR_OWN)
    return as_mail(message, request.user)


@require_POST
def draft(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Begin the draft now, with everything that is ready to go in."""
    newsletter = filling.begin(partnership, by=request.user)
    if newsletter is None:
        messages.info(request, "There is a newsletter for this time already, or no school dates are known.")
        return redirect(context["home"])
    count = newsletter.sections.exclude(story=None).count()
    messages.success(request, f"The draft is begun, with {count} {'story' if count == 1 else 'stories'} in it.")
    return redirect("admin:newsletters_newsletter_change", newsletter.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Next year's school dates: six half terms, copied from the council's page."""
    place = next_year.place_without(partnership)
    if place is None:
        messages.info(request, "Next year’s school dates are in.")
        return redirect(context["home"])
    form = SchoolDatesForm(place, next_year.begins(), request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save(by=request.user)
        messages.success(request, f"Thank you. The school dates of {form.school_year} are in.")
        return redirect(context["home"])
    context |= {"title": "Next year’s school dates", "room": "Planner", "form": form, "place": place}
    return TemplateResponse(request, "desk/planner/dates.html", context, status=422 if form.errors else 200)


def _year(
    request: HttpRequest,
    partnership: Partnership,
    context: dict[str, Any],
    found: Year | None,
    form: RhythmForm,
    status: int = 200,
) -> HttpResponse:
    [strip] = Strip.of_all([found]) if found else [None]
    context |= {
        "title": "Planner",
        "strip": strip,
        "year": found,
        "slot": found.slot if found else None,
        "form": form,
        "dates_wanted": next_year.is_asked_for() and next_year.place_without(partnership),
    }
    return TemplateResponse(request, "desk/planner/year.html", context, status=status)


def _ask(request: HttpRequest, partnership: Partnership, due_on: Any, context: dict[str, Any]) -> HttpResponse:
    if request.POST.get("when") == "not this time":
        done = Ask.not_this_time(partnership, due_on, by=request.user)
        says = "Nobody is asked this time." if done else "They have been asked already."
        messages.success(request, says) if done else messages.info(request, says)
        return redirect(context["home"])
    if not news.people(partnership).filter(excluded="").exists():
        messages.error(
            request, "There is nobody to ask yet: those in a group, and those who sent a story, can be asked."
        )
        return redirect(reverse("admin:planner_asking", args=[partnership.slug]))
    ask = Ask.send(partnership, due_on, news.subject_of(partnership, due_on), by=request.user)
    assert ask.mailing is not None
    messages.success(request, f"It goes out on {moment(ask.mailing.send_at)}. Until then you can take it back.")
    return redirect("admin:mailings_mailing_change", ask.mailing_id)


def _days(desk: Desk) -> Callable:
    @require_http_methods(["GET", "HEAD", "POST"])
    def shown(request: HttpRequest) -> HttpResponse:
        """On which days somebody works, for each thing they look after."""
        kept = (
            request.user.stewardships.current().select_related("partnership", "region", "working_week").order_by("pk")
        )
        forms = [DaysForm(each, request.POST if request.method == "POST" else None) for each in kept]
        if request.method == "POST" and forms and all([form.is_valid() for form in forms]):
            for form in forms:
                form.save(by=request.user)
            messages.success(request, "Saved.")
            return redirect("admin:index")
        context = desk.each_context(request) | {"title": "Your days", "forms": forms}
        wrong = request.method == "POST" and bool(forms)
        return TemplateResponse(request, "desk/planner/days.html", context, status=422 if wrong else 200)

    return shown
