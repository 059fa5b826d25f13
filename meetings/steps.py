"""What a group's leaders would do next: one card, one button."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from meetings import dates
from meetings.cadence import Answer, Suggestion
from meetings.models import Meeting
from meetings.planning import Planner, next_of
from pods.models import Group

THREE = 3
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five")


@dataclass(frozen=True)
class Choice:
    """A suggested time as a page shows it; `at` is how it stands in an address."""

    when: str
    at: str
    reasons: tuple[str, ...]
    drawbacks: tuple[str, ...]

    @classmethod
    def all(cls, suggestions: Iterable[Suggestion]) -> "list[Choice]":
        return [
            cls(
                dates.in_words(dates.moment(each.day, each.starts.time())),
                as_text(each.starts),
                each.reasons,
                each.drawbacks,
            )
            for each in suggestions
        ]


@dataclass
class Step:
    """A sentence and the button that answers it; `dates` are the suggestions that go with it."""

    sentence: str
    button: str = ""
    href: str = ""
    dates: list[Choice] = field(default_factory=list)
    meeting: Meeting | None = None


def next_step(group: Group) -> Step:
    """Return what comes next: write the record, fix the date, look forward, or choose a date."""
    if group.until_on:
        return Step(f"{group} ended on {group.until_on:%-d %B %Y}.")
    waiting = Meeting.objects.filter(group=group).waiting_for_their_record().last()
    if waiting and waiting.starts_at:
        record = reverse("meetings:record", args=[waiting.ref])
        when = f"{timezone.localtime(waiting.starts_at):%A %-d %B}"
        return Step(f"Who came on {when}? It takes two minutes.", "Write it down", record, meeting=waiting)
    planning = Meeting.objects.being_planned().filter(group=group).select_related("made_by").first()
    if planning and planning.status == Meeting.Status.POLLING:
        return _poll(group, planning)
    coming = next_of(group)
    if coming:
        return _coming(coming)
    answer = Planner.of(group).answers()[group]
    sentence = since_in_words(group, answer)
    if planning and planning.made_by and planning.made_by.name:
        sentence = f"{planning.made_by.name} is planning the next meeting. {sentence}"
    plan = reverse("meetings:plan", args=[group.ref])
    return Step(sentence, "All dates, with reasons", plan, Choice.all(answer.suggestions[:THREE]))


def since_in_words(group: Group, answer: Answer) -> str:
    """Return "It has been 11 weeks. Three good dates:"; never a reproach."""
    last = Meeting.objects.filter(group=group).past().first()
    found = min(len(answer.suggestions), THREE)
    offered = f"{NUMBERS[found]} good date{'' if found == 1 else 's'}{' for the first meeting' if not last else ''}:"
    if last is None or last.starts_at is None:
        return offered
    weeks = (timezone.localdate() - timezone.localdate(last.starts_at)).days // 7
    return f"It has been {weeks} week{'' if weeks == 1 else 's'}. {offered}" if weeks else offered


def _poll(group: Group, meeting: Meeting) -> Step:
    poll = meeting.poll
    address = reverse("meetings:poll", args=[group.ref])
    if poll.is_due:
        return Step("The answers are in. Which date shall it be?", "Fix the date", address, meeting=meeting)
    silent = poll.silent().count()
    people = f"{silent} {'person has' if silent == 1 else 'people have'}"
    sentence = f"A poll is out until {poll.closes_on:%A %-d %B}; {people} not answered yet."
    return Step(sentence, "See the answers", address, meeting=meeting)


def _coming(meeting: Meeting) -> Step:
    assert meeting.starts_at is not None
    come = meeting.invitations.coming().count()
    sentence = f"Next: {dates.in_words(meeting.starts_at)}. {come} {'says' if come == 1 else 'say'} yes so far."
    if meeting.is_in_person and not meeting.place:
        venue = reverse("meetings:venue", args=[meeting.ref])
        return Step(f"{sentence} The venue is still open.", "Say where", venue, meeting=meeting)
    return Step(sentence, "Open it", meeting.get_absolute_url(), meeting=meeting)


def as_text(starts: datetime) -> str:
    """A suggested time as it stands in an address."""
    return f"{starts:%Y-%m-%dT%H:%M}"
