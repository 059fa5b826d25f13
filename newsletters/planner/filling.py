"""The draft that fills itself two weeks before a newsletter is due: stories, pod reports, dates for the diary.

Nothing of it is sent by itself, and nobody's words are touched: it begins a draft where there is none.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lcep.site import today
from meetings.models import PodReport
from newsletters import blocks
from newsletters.models import Newsletter, Story
from newsletters.planner.year import Slot, Year
from newsletters.words import Part, Words
from partnerships.models import Partnership
from pods.models import Group

STORIES = 25
REPORTED = timedelta(weeks=10)
AT_ONCE = 200  # partnerships looked at together
KINDS = {kind: at for at, kind in enumerate(Story.Kind.values)}


def fill_drafts() -> int:
    """Begin each draft whose day has come. Done twice, there is one. Return how many were begun."""
    begun = 0
    homes = list(Partnership.objects.at_home().order_by("pk"))
    for at in range(0, len(homes), AT_ONCE):
        for year in Year.of_all(homes[at : at + AT_ONCE]).values():
            slot = year.slot
            if slot and slot.word == "due" and slot.filled_on <= today():
                begun += begin(year.partnership, by=None, unasked=True) is not None
    return begun


def begin(partnership: Partnership, *, by, unasked: bool = False) -> Newsletter | None:
    """Begin the draft of the newsletter one works on now, and return it; None where there is one already.

    `unasked` begins none that would be empty, and none while an earlier one lies as it was begun.
    """
    with transaction.atomic():
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        year = Year.of(partnership)
        slot = year.slot if year else None
        if slot is None or slot.word not in {"due", "none"}:
            return None
        parts = tuple(parts_of(partnership))
        if unasked and (not parts or partnership.newsletters.drafts().filter(edited_by=None).exists()):
            return None
        return Newsletter.begin(partnership, _words(partnership, slot, parts), by=by)


def parts_of(partnership: Partnership) -> Iterator[Part]:
    """What is ready to go in: stories by kind and the soonest to close, then the pods, then dates."""
    yield from stories_of(partnership)
    if reports := reports_of(partnership):
        yield Part("From the pods", reports)
    if partnership.meetings.upcoming().public().exists():
        yield blocks.dates(partnership)


def stories_of(partnership: Partnership) -> list[Part]:
    """Open stories that stand in no newsletter yet, as sections."""
    fresh = partnership.stories.open().in_no_issue()
    found = sorted(fresh, key=lambda story: (KINDS[story.kind], story.closes_on is None, story.closes_on or today()))
    return [Part(story.title, story.body, story.pk) for story in found[:STORIES]]


def reports_of(partnership: Partnership) -> str:
    """The latest report of each pod in ten weeks, as Markdown; nothing to report is not reported."""
    groups = Group.objects.current().public().filter(partnership=partnership)
    lately = PodReport.objects.sent().filter(group__in=groups, sent_at__gte=timezone.now() - REPORTED).exclude(text="")
    later = lately.filter(group=OuterRef("group"), sent_at__gt=OuterRef("sent_at"))
    newest = lately.filter(~Exists(later)).select_related("group").order_by("group__name")
    return "\n\n".join(f"### {report.group.name}\n\n{report.text.strip()}" for report in newest)


def _words(partnership: Partnership, slot: Slot, parts: tuple[Part, ...]) -> Words:
    number = max(partnership.newsletters.values_list("number", flat=True), default=0) + 1
    return Words(
        number=number,
        half_term=slot.half_term.pk,
        subject=f"{partnership.name} newsletter, {slot.name} {slot.half_term.school_year}",
        sections=parts or (Part("", ""),),
    )
