"""What can be told to funders: actions done, decisions, answers to young people, groups that finished."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from lcep.site import today
from partnerships.models import Partnership, Priority
from pods.models import Group
from steering.models import Action, Decision, FunderLine, State, YouthVoice

LATELY = timedelta(days=400)
MOST = 40


@dataclass
class Offer:
    """Something that happened and is marked for no book yet: `kind` and `pk` say what."""

    kind: str
    pk: int
    text: str
    happened_on: date
    priority: Priority | None = None


def offers(partnership: Partnership) -> list[Offer]:
    """What happened lately and could be told, the latest first."""
    found = [*_actions(partnership), *_decisions(partnership), *_voices(partnership), *_groups(partnership)]
    return sorted(found, key=lambda offer: offer.happened_on, reverse=True)[:MOST]


def offer(partnership: Partnership, kind: str, pk: int) -> Offer | None:
    return next((each for each in offers(partnership) if (each.kind, each.pk) == (kind, pk)), None)


def source(kind: str, pk: int) -> dict[str, Any]:
    """The field of FunderLine that points to what happened."""
    return {f"{kind}_id": pk} if kind in {"action", "decision", "voice", "group"} else {}


def lines(partnership: Partnership) -> Any:
    rows = FunderLine.objects.filter(partnership=partnership).select_related("priority")
    return rows.order_by("-happened_on", "-pk")[:MOST]


def _actions(partnership: Partnership) -> list[Offer]:
    done = Action.objects.of(partnership).with_standing().filter(state=State.DONE, funder_line=None)
    rows = done.filter(told_at__date__gte=today() - LATELY).select_related("objective__priority")
    return [
        Offer("action", row.pk, row.words or row.title, localdate(row.told_at), row.objective.priority) for row in rows
    ]


def _decisions(partnership: Partnership) -> list[Offer]:
    rows = Decision.objects.made().filter(partnership=partnership, funder_line=None).exclude(means="")
    return [
        Offer("decision", row.pk, row.means, row.decided_on)
        for row in rows.filter(decided_on__gte=today() - LATELY)
        if row.decided_on
    ]


def _voices(partnership: Partnership) -> list[Offer]:
    rows = YouthVoice.objects.answered().filter(partnership=partnership, funder_line=None).select_related("priority")
    return [
        Offer("voice", row.pk, row.answer, row.answered_on, row.priority)
        for row in rows.filter(answered_on__gte=today() - LATELY)
        if row.answered_on
    ]


def _groups(partnership: Partnership) -> list[Offer]:
    rows = Group.objects.finished().filter(partnership=partnership, kind=Group.Kind.TASK_AND_FINISH, funder_line=None)
    return [
        Offer("group", row.pk, row.outcome, row.until_on, row.priority)
        for row in rows.filter(until_on__gte=today() - LATELY).exclude(outcome="").select_related("priority")
        if row.until_on
    ]
