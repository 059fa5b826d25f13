"""The Action Plan as it is read: by priority and objective, with how each action stands and since when."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.timezone import localdate

from lcep.site import today
from partnerships.models import HalfTerm, Partnership, Priority
from steering.models import Action, Objective, State

NO_TERMS = timedelta(weeks=13)  # as long as a half term and its holidays can be
DONE_SHOWN = timedelta(days=366)  # for so long what is done is shown beside what is under way
TAGS = {State.ON_TRACK: "ok", State.HELP: "warn", State.STUCK: "danger", State.NOT_STARTED: "todo", State.DONE: "done"}


def quiet_before(partnership: Partnership) -> date:
    """The day before which an update is no recent one: a whole half term has gone by since, holidays aside."""
    over = HalfTerm.objects.filter(place__in=partnership.places.all(), last_on__lt=today())
    first = over.order_by("-last_on").values_list("first_on", flat=True).first()
    earliest = today() - 2 * NO_TERMS
    return first if first and first > earliest else today() - NO_TERMS


@dataclass
class Line:
    """One action: how it stands, in words, and since when."""

    action: Action
    state: str
    words: str
    told_on: date
    is_quiet: bool

    @classmethod
    def of(cls, action: Action, quiet: date) -> "Line":
        """Of an action annotated by `with_standing`."""
        state, told_on = action.state, localdate(action.told_at)  # type: ignore[attr-defined]
        return cls(action, state, action.words, told_on, state != State.DONE and told_on < quiet)  # type: ignore[attr-defined]

    @property
    def label(self) -> str:
        return State(self.state).label

    @property
    def tag(self) -> str:
        return TAGS[State(self.state)]

    @property
    def is_done(self) -> bool:
        return self.state == State.DONE

    @property
    def group(self) -> str:
        """Who does it, as everybody may read it: a group by its name, never a person."""
        if self.action.group_id:
            return str(self.action.group)
        return "A member" if self.action.owner_id else "Nobody yet"


@dataclass
class Aim:
    objective: Objective
    lines: list[Line] = field(default_factory=list)


@dataclass
class Chapter:
    priority: Priority
    aims: list[Aim] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for aim in self.aims for line in aim.lines]


class Plan:
    """What stands on a partnership's plan today, in a fixed number of queries."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        quiet = quiet_before(partnership)
        objectives = list(
            Objective.objects.current()
            .filter(priority__partnership=partnership)
            .select_related("priority")
            .order_by("priority__position", "priority__title", "position", "pk")
        )
        aims = {objective.pk: Aim(objective) for objective in objectives}
        actions = Action.objects.current().with_standing().filter(objective__in=aims)
        for action in actions.select_related("owner", "group", "objective__priority__partnership"):
            line = Line.of(action, quiet)
            if not line.is_done or line.told_on >= today() - DONE_SHOWN:
                aims[action.objective_id].lines.append(line)
        chapters: dict[int, Chapter] = {}
        for objective in objectives:
            chapters.setdefault(objective.priority_id, Chapter(objective.priority)).aims.append(aims[objective.pk])
        self.chapters = list(chapters.values())

    def __bool__(self) -> bool:
        return bool(self.chapters)

    @property
    def lines(self) -> list[Line]:
        return [line for chapter in self.chapters for line in chapter.lines]

    @property
    def in_words(self) -> str:
        """How many stand how: "5 on track, 1 needs help, 2 done"."""
        return counted(line.state for line in self.lines)


def counted(states: Iterable[str]) -> str:
    """Return "5 on track, 1 needs help", in the order of the states; nothing for nothing."""
    counts = Counter(states)
    said = [f"{counts[state]} {_plural(state, counts[state])}" for state in State if counts[state]]
    return ", ".join(said)


def _plural(state: State, count: int) -> str:
    return "need help" if state == State.HELP and count > 1 else str(state.label)
