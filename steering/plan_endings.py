"""What a finished task & finish group leaves in the plan: the last update of its action."""

from typing import Any

from django import forms

from meetings.fields import LineField
from members.models import Member
from pods.models import Group
from steering.models import Action, State
from steering.plan_forms import without_names

LONGEST = 400


class PlanPart(forms.Form):
    """A part of the page that ends a group (meetings.ending.Part): which action it worked on, and how that stands."""

    title = "The plan"
    action = forms.ChoiceField(label="Which action of the plan was it for?", required=False)
    state = forms.ChoiceField(
        label="How does that action stand now?",
        required=False,
        choices=[(State.DONE, "done"), (State.ON_TRACK, "on track: there is more to do")],
    )
    text = LineField(
        label="In a sentence, for the plan",
        max_length=LONGEST,
        required=False,
        help_text="Everybody can read it, so leave out names. Empty: what came of the group.",
    )

    def __init__(self, group: Group, actions: list[Action], *args: Any, **kwargs: Any) -> None:
        own = next((each for each in actions if each.group_id == group.pk), None)
        super().__init__(*args, prefix="plan", initial={"action": str(own.pk) if own else ""}, **kwargs)
        self.group, self.actions = group, {str(each.pk): each for each in actions}
        self.fields["action"].choices = [
            ("", "None of them"),
            *((key, str(each)) for key, each in self.actions.items()),
        ]

    def clean_text(self) -> str:
        return without_names(self.cleaned_data["text"], self.group.partnership)

    def leave(self, outcome: str, *, by: Member) -> str:
        """Say in the plan what came of it. Words that name somebody stay with the group."""
        action = self.actions.get(self.cleaned_data.get("action", ""))
        if action is None:
            return ""
        text = self.cleaned_data["text"] or " ".join(outcome.split())
        try:
            text = without_names(text, self.group.partnership)
        except forms.ValidationError:
            text = f"{self.group} is finished."
        text = text if len(text) <= LONGEST else f"{text[: LONGEST - 2].rpartition(' ')[0]} …"
        state = State(self.cleaned_data["state"] or State.DONE)
        action.tell(state, text, by=by)
        return f"“{action}” stands as {state.label} in the plan."


def of_the_plan(group: Group, data: Any, files: Any) -> PlanPart | None:
    """The actions of the group and of the one it grew out of; nothing where there is none."""
    owners = [group.pk, group.parent_id]
    priority = group.priority_id or (group.parent.priority_id if group.parent else None)
    open_ones = Action.objects.of(group.partnership).open().select_related("objective__priority__partnership")
    found = [row for row in open_ones if row.group_id in owners or row.objective.priority_id == priority]
    return PlanPart(group, found, data, files) if found else None
