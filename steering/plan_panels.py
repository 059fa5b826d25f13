"""What the plan puts on /me/."""

from typing import Any

from django.http import HttpRequest

from steering.models import Action
from steering.plan import Line, quiet_before

MOST = 12


def my_actions(request: HttpRequest) -> dict[str, Any] | None:
    """What one answers for in the plan, and how each stands."""
    owned = Action.objects.owned_by(request.user).open()
    actions = list(owned.select_related("objective__priority__partnership", "group", "owner")[:MOST])
    if not actions:
        return None
    quiet = {each.partnership.pk: quiet_before(each.partnership) for each in _each_partnership(actions)}
    lines = [Line.of(action, quiet[action.partnership.pk]) for action in actions]
    return {"template": "steering/_my_actions.html", "context": {"lines": lines}}


def _each_partnership(actions: list[Action]) -> list[Action]:
    """One action of each partnership."""
    return list({action.partnership.pk: action for action in actions}.values())
