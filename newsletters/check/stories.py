"""Stories in it that have changed since, and meetings that have: the site knows better than the words."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from lcep.site import absolute
from meetings.models import Meeting
from newsletters.check.finding import Finding, field_of, named
from newsletters.models import Story
from partnerships.models import HalfTerm

if TYPE_CHECKING:
    from newsletters.check import Check


def withdrawn(check: "Check") -> Iterator[Finding]:
    for at, story in _stories(check):
        if story.withdrawn_at or story.refused_at:
            said = "was taken off the noticeboard" if story.withdrawn_at else "was not taken"
            yield Finding(f"{_name(check, at)}: the story {said} meanwhile.", field_of(at), bars=True)


def closed(check: "Check") -> Iterator[Finding]:
    for at, story in _stories(check):
        if story.closes_on and story.closes_on < check.on:
            day = f"{story.closes_on:%A %-d %B}"
            yield Finding(f"{_name(check, at)}: it closed on {day}, before this goes out.", field_of(at), bars=True)


def closes_in_a_holiday(check: "Check") -> Iterator[Finding]:
    """Schools that read it then read it too late."""
    half_terms = list(HalfTerm.objects.of(check.newsletter.partnership.places.all()))
    for at, story in _stories(check):
        day = story.closes_on
        if day is None or not half_terms or day < check.on:
            continue
        known = half_terms[0].first_on < day < max(each.last_on for each in half_terms)
        if known and not any(each.first_on <= day <= each.last_on for each in half_terms):
            yield Finding(f"{_name(check, at)}: it closes on {day:%A %-d %B}, in the school holiday.", field_of(at))


def closes_at_once(check: "Check") -> Iterator[Finding]:
    for at, story in _stories(check):
        left = (story.closes_on - check.on).days if story.closes_on else None
        if left in (0, 1, 2):
            when = ("the day this goes out", "one day after", "two days after")[left]
            yield Finding(f"{_name(check, at)}: it closes {when}.", field_of(at))


def last_chance(check: "Check") -> Iterator[Finding]:
    """What closes before the next issue is due is read this once."""
    due = _next_due(check)
    told = [
        (at, story) for at, story in _stories(check) if story.closes_on and due and check.on <= story.closes_on < due
    ]
    if told and due:
        names = ", ".join(f"“{story.title}”" for _, story in told[:5])
        closes = "closes" if len(told) == 1 else "close"
        yield Finding(
            f"{names} {closes} before the next issue, due {due:%A %-d %B}: say so clearly.", field_of(told[0][0])
        )


def meetings_over(check: "Check") -> Iterator[Finding]:
    for at, meeting in _meetings(check):
        if meeting.is_cancelled:
            yield Finding(f"{_name(check, at)}: “{meeting}” is cancelled.", field_of(at), bars=True)
        elif meeting.ends_at and timezone.localtime(meeting.ends_at).date() < check.on:
            day = f"{timezone.localtime(meeting.ends_at):%A %-d %B}"
            yield Finding(f"{_name(check, at)}: “{meeting}” is over since {day}.", field_of(at), bars=True)


def meetings_moved(check: "Check") -> Iterator[Finding]:
    """A meeting that is linked with another date than it has now."""
    for at, meeting in _meetings(check):
        if meeting.is_cancelled or not meeting.starts_at:
            continue
        day = f"{timezone.localtime(meeting.starts_at):%-d %B}"
        if not re.search(rf"(?<!\d){re.escape(day)}", check.words.sections[at - 1].body if at else check.words.opening):
            yield Finding(
                f"{_name(check, at)}: “{meeting}” is on {meeting.when}; the words say otherwise.", field_of(at)
            )


CHECKS = (withdrawn, closed, closes_in_a_holiday, closes_at_once, last_chance, meetings_over, meetings_moved)


def _name(check: "Check", at: int) -> str:
    return named(at, check.headings.get(at, ""))


def _stories(check: "Check") -> list[tuple[int, Story]]:
    """The stories in it, each with its section from 1; looked up once for all checks."""
    found = check.__dict__.get("stories_in_it")
    if found is None:
        asked = {part.story: at for at, part in enumerate(check.words.sections, 1) if part.story}
        rows = Story.objects.filter(pk__in=asked) if asked else ()
        found = check.__dict__["stories_in_it"] = sorted(
            ((asked[row.pk], row) for row in rows), key=lambda pair: pair[0]
        )
    return found


def _meetings(check: "Check") -> Iterator[tuple[int, Meeting]]:
    """The meetings that are linked, each with the section that does so."""
    begins = absolute("/meetings/")
    linked: dict[str, int] = {}
    for link in check.page.links:
        if link.address.startswith(begins):
            linked.setdefault(link.address.removeprefix(begins).partition("/")[0][:8], link.part)
    rows = Meeting.objects.filter(ref__in=linked, partnership=check.newsletter.partnership) if linked else ()
    for meeting in rows:
        yield linked[meeting.ref], meeting


def _next_due(check: "Check"):
    """The day the next issue is due, or None where no half term is known."""
    from newsletters.planner.year import due_on

    after = check.newsletter.half_term.last_on if check.newsletter.half_term else check.on
    following = HalfTerm.objects.of(check.newsletter.partnership.places.all()).filter(first_on__gt=after).first()
    return due_on(following) if following else None
