"""What the planner puts on the desk: what needs the manager, her half term, and when the next thing comes."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse

from lcep.site import Need, today
from newsletters.models import Newsletter, Proof, Story
from newsletters.planner import next_year
from newsletters.planner.strip import Strip
from newsletters.planner.year import DAY, WEEK, Slot, Year
from partnerships.models import Partnership
from partnerships.panels import counted
from pods.models import GroupMembership

KNOWN = 5  # partnerships of which one desk speaks


def own(request: HttpRequest) -> list[Partnership]:
    """The partnerships somebody manages; an administrator keeps the machine, not the dates."""
    return request.user.own_partnerships()[:KNOWN]  # type: ignore[union-attr]


def years(request: HttpRequest) -> dict[int, Year]:
    """The school years of these partnerships, once a request."""
    if not hasattr(request, "school_years"):
        request.school_years = Year.of_all(own(request)) if own(request) else {}  # type: ignore[attr-defined]
    return request.school_years  # type: ignore[attr-defined]


def needs(request: HttpRequest) -> list[Need]:
    """Newsletters that are due, drafts, asking for news, and in May next year's school dates."""
    if not own(request):
        return []
    slots = [(year.partnership, year.slot) for year in years(request).values() if year.slot]
    return [*_drafts(request, slots), *_missing(slots), *_asking(slots), *_dates(request)]


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """The school year of each partnership one manages, as a strip and in words."""
    strips = (
        {strip.year.partnership.pk: strip for strip in Strip.of_all(years(request).values())} if own(request) else {}
    )
    lines = [
        {
            "partnership": each,
            "strip": strips.get(each.pk),
            "coming": strips[each.pk].coming() if each.pk in strips else [],
        }
        for each in own(request)
    ]
    return {"template": "desk/planner/_panel.html", "context": {"lines": lines}} if lines else None


def coming(request: HttpRequest) -> list[tuple[date, str]]:
    """What comes next by itself, with its day: until then nothing waits."""
    several = len(own(request)) > 1
    return [
        (day, f"{what} in {year.partnership}" if several else what)
        for year in years(request).values()
        for day, what in year.moments()
    ]


def _drafts(request: HttpRequest, slots: list[tuple[Partnership, Slot]]) -> list[Need]:
    """Each draft with what is in and what is not."""
    tested = Proof.objects.filter(newsletter=OuterRef("pk"), version=OuterRef("version"))
    drafts = (
        Newsletter.objects.drafts()
        .filter(partnership__in=own(request))
        .annotate(
            stories_in=Count("sections", filter=Q(sections__story__isnull=False)),
            parts_in=Count("sections", filter=~Q(sections__body="")),
            was_tested=Exists(tested),
        )
    )
    slot_of = {slot.newsletter.pk: slot for _, slot in slots if slot.newsletter}
    return [_draft(draft, slot_of.get(draft.pk)) for draft in drafts.order_by("number")[:KNOWN]]


def _draft(draft: Any, slot: Slot | None) -> Need:
    address = reverse("admin:newsletters_newsletter_change", args=[draft.pk])
    if slot is None:
        return Need(f"“{draft.subject}” is a draft. {_what_is_in(draft)}", "Open it", address)
    by = _by(slot)
    due = f"{slot.name} is due {by:%A %-d %B}." if by == slot.due_on else f"{slot.name}’s newsletter is a draft."
    return Need(f"{due} {_what_is_in(draft)}", "Open it", address, by=by)


def _what_is_in(draft: Any) -> str:
    """Return "Nine stories are in, your opening words are not."…"""
    if draft.stories_in:
        are_in = f"{counted(draft.stories_in, 'story', 'stories')} {_are(draft.stories_in)} in"
    elif draft.parts_in:
        are_in = f"{counted(draft.parts_in, 'section')} {_are(draft.parts_in)} written"
    else:
        return "Your opening words are in, nothing else yet." if draft.opening else "Nothing is written yet."
    if not draft.opening:
        return f"{are_in}, your opening words are not."
    return f"{are_in}, and a test was sent." if draft.was_tested else f"{are_in}, no test of it is sent yet."


def _missing(slots: list[tuple[Partnership, Slot]]) -> list[Need]:
    """A newsletter that is due within two weeks and has not even a draft."""
    return [
        Need(
            f"{slot.name}’s newsletter is not begun.",
            "Write it",
            f"{reverse('admin:newsletters_newsletter_add')}?for={partnership.slug}",
            by=_by(slot),
        )
        for partnership, slot in slots
        if slot.newsletter is None and today() >= slot.filled_on
    ]


def _asking(slots: list[tuple[Partnership, Slot]]) -> list[Need]:
    """The week in which to ask for news has come, and there is somebody to ask."""
    now = [pair for pair in slots if _is_time_to_ask(pair[1])]
    can = _with_somebody_to_ask([partnership.pk for partnership, _ in now]) if now else set()
    return [
        Need(
            f"It is time to ask for news for {slot.name}’s newsletter.",
            "Ask for news",
            reverse("admin:planner_asking", args=[partnership.slug]),
            by=max(slot.asks_on, today()),
        )
        for partnership, slot in now
        if partnership.pk in can
    ]


def _is_time_to_ask(slot: Slot) -> bool:
    """From the Monday of its week on, so that a Monday summary can say it; until a week before the day it is due."""
    monday = slot.asks_on - DAY * slot.asks_on.weekday()
    return slot.ask is None and slot.word in {"due", "draft"} and monday <= today() < slot.due_on - WEEK


def _with_somebody_to_ask(partnerships: list[int]) -> set[int]:
    in_groups = GroupMembership.objects.current().filter(group__partnership=OuterRef("pk"))
    wrote = Story.objects.filter(partnership=OuterRef("pk"), writer__isnull=False).exclude(writer=F("decided_by"))
    found = Partnership.objects.filter(pk__in=partnerships).filter(Q(Exists(in_groups)) | Q(Exists(wrote)))
    return set(found.values_list("pk", flat=True))


def _dates(request: HttpRequest) -> list[Need]:
    """From May on: next year's school dates, where nobody has put them in."""
    if not next_year.is_asked_for():
        return []
    return [
        Need(
            "Next year’s school dates are not in yet. Without them no newsletter or meeting can be planned.",
            "Put them in",
            reverse("admin:planner_dates", args=[partnership.slug]),
            by=next_year.by(),
        )
        for partnership in own(request)
        if next_year.place_without(partnership)
    ]


def _by(slot: Slot) -> date:
    """The day it is due; once that is over, the last school day."""
    return max(slot.due_on, min(today(), slot.half_term.last_on))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
