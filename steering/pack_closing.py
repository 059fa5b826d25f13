"""Closing a meeting: what was decided and what it means for members, minutes agreed, reports noted."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from meetings.models import MinutesRevision, PodReport
from members.models import Member
from newsletters.models import Story
from pods.models import Group
from steering.models import Decision, Pack
from steering.pack import Papers
from trust.models import Entry
from trust.text import cleaned

LATER = "later"


@dataclass
class Row:
    """One question on the page of closing, with what was typed about it."""

    decision: Decision
    outcome: str = ""
    words: str = ""
    means: str = ""
    wrong: str = ""


@dataclass
class Said:
    """What a meeting decided: (question, outcome, words, what it means), minutes agreed, (group, report or none)."""

    decided: list[tuple[Decision, str, str, str]] = field(default_factory=list)
    agreed: list[MinutesRevision] = field(default_factory=list)
    reports: list[tuple[Group, PodReport | None]] = field(default_factory=list)


class Closing:
    """The page on which a meeting is closed, as it was typed."""

    def __init__(self, papers: Papers, typed: Any = None) -> None:
        self.papers = papers
        self.rows = [Row(decision) for decision in papers.decisions if decision.decided_on is None]
        self.minutes = [revision for revision in papers.minutes if not revision.meeting.minutes_agreed]
        self.ticked = {str(revision.pk) for revision in self.minutes}
        if typed is not None:
            self.ticked = set(typed.getlist("agreed"))
            for row in self.rows:
                _read(row, typed)

    @property
    def is_whole(self) -> bool:
        return not any(row.wrong for row in self.rows)

    @property
    def said(self) -> Said:
        return Said(
            [(row.decision, row.outcome, row.words, row.means) for row in self.rows if row.outcome != LATER],
            [revision for revision in self.minutes if str(revision.pk) in self.ticked],
            [(line.group, line.report) for line in self.papers.reports],
        )


def _read(row: Row, typed: Any) -> None:
    number = row.decision.pk
    row.outcome = typed.get(f"outcome-{number}", "")
    row.words = cleaned(typed.get(f"words-{number}", ""))[:2000].strip()
    row.means = cleaned(typed.get(f"means-{number}", ""))[:1000].strip()
    if row.outcome not in {LATER, *Decision.Outcome.values}:
        row.wrong = "Choose what became of it."
    elif row.outcome != LATER and not row.words:
        row.wrong = "Say in a sentence what was decided."


def offer_story(pack: Pack, *, by: Member) -> Story | None:
    """Offer what was decided as a story for the next newsletter; the manager approves it. Pressed twice, there is one.

    None where nothing was decided that means something for members.
    """
    meeting = pack.meeting
    decided = [row for row in meeting.decisions.made() if row.means]
    if not decided or not pack.is_closed:
        return None
    with transaction.atomic():
        row = Pack.objects.select_for_update().get(pk=pack.pk)
        if row.story_id is None:
            day = f"{decided[0].decided_on:%-d %B}"
            text = "\n".join(f"- **{each.question.rstrip('?')}**: {each.means}" for each in reversed(decided))
            row.story = Story.send(
                meeting.partnership,
                writer=by,
                readers=[],
                kind=Story.Kind.NEWS,
                title=f"What Steering decided on {day}",
                text=f"The Steering Group met on {day}. What it means for members:\n\n{text}",
                credit=str(meeting.group)[:160],
            )
            row.save(update_fields=["story"])
            Entry.record("offered a story of", meeting, by=by)
    pack.refresh_from_db()
    return pack.story
