"""A plan brought along as a list: what would become of every line, then the same, done.

Reads what `members.importing.reading` reads: commas, semicolons or tabs, UTF-8 or Windows letters, pasted cells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from lcep.site import today
from meetings import dates
from members import spreadsheets
from members.importing.reading import Sheet, sheets
from members.models import Member
from partnerships.models import Partnership, Priority
from pods.models import Group
from steering.models import Action, Objective, State
from steering.models.plan import WANTS_WORDS
from steering.plan import Plan
from steering.plan_forms import groups_of, people_of
from steering.plan_words import Names
from trust.text import one_line

HEADER = ["Priority", "Objective", "Action", "Owner", "Due", "How it stands", "In a sentence"]
NEW, HERE, REFUSED = "new", "here", "refused"
HEADINGS = {
    "priority": ("priority", "strategic priority", "priority area", "theme"),
    "objective": ("objective", "aim", "outcome", "goal"),
    "action": ("action", "activity", "task", "what"),
    "who": ("owner", "who", "lead", "responsible", "led by"),
    "due": ("due", "by when", "deadline", "due date", "date", "timescale"),
    "state": ("how it stands", "status", "state", "rag", "progress"),
    "words": ("in a sentence", "comment", "comments", "notes", "note", "update"),
}
STATES = {word: value for value, label in State.choices for word in (str(value), str(label).casefold())}
STATES |= {
    "green": State.ON_TRACK, "amber": State.HELP, "red": State.STUCK, "in progress": State.ON_TRACK,
    "complete": State.DONE, "completed": State.DONE, "": State.NOT_STARTED, "to do": State.NOT_STARTED,
}  # fmt: skip


@dataclass
class Line:
    """One line of the list. `why` says what keeps it out, or what is worth knowing."""

    number: int
    priority: Priority | None = None
    objective: str = ""
    title: str = ""
    owner: Member | None = None
    group: Group | None = None
    due_on: date | None = None
    state: str = State.NOT_STARTED
    words: str = ""
    outcome: str = NEW
    why: str = ""

    @property
    def who(self) -> str:
        return str(self.group or self.owner or "Nobody yet")


class Report:
    """What would become of a list; `lines` in order. Raises Unreadable for a file that cannot be read."""

    def __init__(self, content: bytes, partnership: Partnership) -> None:
        self.partnership = partnership
        self.priorities = {}
        for each in Priority.objects.current().filter(partnership=partnership):
            for name in (each.title, each.short_name, *each.aliases):
                self.priorities[_plain(name)] = each
        self.people = {_plain(member.name): member for member in people_of(partnership)}
        self.groups = {_plain(group.name): group for group in groups_of(partnership)}
        self.names = Names(partnership)
        there = Action.objects.of(partnership).values_list("objective__priority", "objective__title", "title")
        self.there = {(priority, _plain(objective), _plain(title)) for priority, objective, title in there}
        self.lines = [line for sheet in sheets(content) for line in self._read(sheet)]

    def of(self, outcome: str) -> list[Line]:
        return [line for line in self.lines if line.outcome == outcome]

    def _read(self, sheet: Sheet) -> Iterator[Line]:
        meant = [_meaning(heading) for heading in sheet.header]
        above: dict[str, str] = {}
        for number, cells in sheet.rows:
            said = {
                key: one_line(spreadsheets.restored(cell.strip()))
                for key, cell in zip(meant, cells, strict=False)
                if key
            }
            for key in ("priority", "objective"):  # written once, and empty below: as merged cells come out
                said[key] = said.get(key) or above.get(key, "")
                above[key] = said[key]
            yield self._line(number, said)

    def _line(self, number: int, said: dict[str, str]) -> Line:
        line = Line(number, objective=said.get("objective", "")[:200], title=said.get("action", "")[:200])
        line.words = said.get("words", "")[:400]
        line.priority = self.priorities.get(_plain(said.get("priority", "")))
        who = _plain(said.get("who", ""))
        line.group, line.owner = self.groups.get(who), self.people.get(who)
        wrong = [*self._missing(line, said), *self._date(line, said), *self._state(line, said), *self._names(line)]
        key = (line.priority.pk if line.priority else 0, _plain(line.objective), _plain(line.title))
        if wrong:
            line.outcome, line.why = REFUSED, "; ".join(wrong)
        elif key in self.there:
            line.outcome, line.why = HERE, "stands on the plan already, and stays as it is"
        elif who and not line.group and not line.owner:
            line.why = f"we know no group, and nobody round the table, called {said['who']}: nobody owns it yet"
        if line.outcome == NEW:
            self.there.add(key)
        return line

    def _missing(self, line: Line, said: dict[str, str]) -> Iterator[str]:
        if line.priority is None:
            named = said.get("priority")
            yield f"there is no priority called {named}" if named else "no priority is given"
        if not line.objective:
            yield "no objective is given"
        if not line.title:
            yield "no action is given"

    def _date(self, line: Line, said: dict[str, str]) -> Iterator[str]:
        if not said.get("due"):
            return
        try:
            line.due_on = dates.day(said["due"], today())
        except dates.Unclear:
            yield f"{said['due']} is no day we can read"

    def _state(self, line: Line, said: dict[str, str]) -> Iterator[str]:
        state = STATES.get(said.get("state", "").casefold())
        if state is None:
            yield f"we know no state called {said['state']}"
            return
        line.state = state
        if state in WANTS_WORDS and not line.words:
            yield "where help is needed, a sentence says with what"

    def _names(self, line: Line) -> Iterator[str]:
        if name := self.names.first_in(f"{line.objective}. {line.title}. {line.words}"):
            yield f"{name} is named in it, and everybody can read the plan; the owner has a column"


def carry_out(report: Report, *, by: Member) -> int:
    """Put the new lines on the plan and return how many. A second time, there is nothing new."""
    with transaction.atomic():
        for line in report.of(NEW):
            assert line.priority is not None
            objective, _ = Objective.objects.get_or_create(
                priority=line.priority,
                title=line.objective,
                defaults={"position": Objective.objects.filter(priority=line.priority).count() + 1},
            )
            details: dict[str, Any] = {"owner": line.owner if not line.group else None, "group": line.group}
            Action.begin(objective, line.title, by=by, state=line.state, text=line.words, due_on=line.due_on, **details)
    return len(report.of(NEW))


def exported(partnership: Partnership) -> bytes:
    """The plan as a spreadsheet that can be brought along again."""
    rows = [
        [
            line.action.objective.priority.title, line.action.objective.title, line.action.title,
            line.action.who if line.action.group_id or line.action.owner_id else "",
            f"{line.action.due_on:%Y-%m-%d}" if line.action.due_on else "", line.label, line.words,
        ]
        for line in Plan(partnership).lines
    ]  # fmt: skip
    return spreadsheets.written(HEADER, rows)


def _meaning(heading: str) -> str:
    return next((key for key, words in HEADINGS.items() if _plain(heading) in words), "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").replace(" & ", " and ").split())
