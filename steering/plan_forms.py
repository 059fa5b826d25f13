"""What is typed about the plan."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from meetings.forms import DayField, LineField
from members.models import Member
from partnerships.models import Partnership, Priority
from pods.models import Group
from steering.models import Action, Objective, State
from steering.models.plan import WANTS_WORDS
from steering.plan_doors import steering_of
from steering.plan_words import Names

NO_NAMES = "Everybody can read this. Please leave out the name {name}, and say “we” or the name of the group."


class PublicLine(LineField):
    """One line that everybody may read. The form it stands in asks `without_names`."""


def without_names(text: str, partnership: Partnership) -> str:
    """Return the text. Raises ValidationError where a person of this partnership is named in it."""
    if name := Names(partnership).first_in(text):
        raise ValidationError(NO_NAMES.format(name=name))
    return text


class TellForm(forms.Form):
    """How an action goes: the button pressed says it, and a sentence if there is one."""

    text = PublicLine(
        label="In a sentence",
        max_length=400,
        required=False,
        help_text="Everybody can read it, so leave out names. Needed where help would be good.",
    )
    state = forms.ChoiceField(choices=State, widget=forms.HiddenInput, error_messages={"required": "Press one."})

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership

    def clean_text(self) -> str:
        return without_names(self.cleaned_data["text"], self.partnership)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("state") in WANTS_WORDS and "text" in said and not said["text"]:
            self.add_error("text", "Say in a sentence what would help.")
        return said


class ObjectiveForm(forms.ModelForm):
    title = PublicLine(
        label="What should be true one day?",
        max_length=200,
        help_text="Like: Every school knows whom to ask about a visit.",
    )

    class Meta:
        model = Objective
        fields = ["priority", "title"]

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.fields["priority"].queryset = Priority.objects.current().filter(partnership=partnership)
        self.fields["priority"].empty_label = None

    def clean_title(self) -> str:
        return without_names(self.cleaned_data["title"], self.partnership)


class ActionForm(forms.ModelForm):
    """An action; who does it is one choice, a group or a person."""

    title = PublicLine(label="What is done?", max_length=200, help_text="Like: Ask ten schools which day suits them.")
    who = forms.ChoiceField(label="Who does it?", required=False)
    due_on = DayField(label="By when?", max_length=40, required=False, help_text="Like 14 Jan or 14/1/2027.")

    class Meta:
        model = Action
        fields = ["title"]

    field_order = ["title", "who", "due_on"]

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.people = {f"m{member.pk}": member for member in people_of(partnership)}
        self.groups = {f"g{group.pk}": group for group in groups_of(partnership)}
        action = self.instance
        if action.owner_id and f"m{action.owner_id}" not in self.people:
            self.people[f"m{action.owner_id}"] = action.owner
        if action.group_id and f"g{action.group_id}" not in self.groups:
            self.groups[f"g{action.group_id}"] = action.group
        named = [(key, member.name or str(member)) for key, member in self.people.items()]
        self.fields["who"].choices = [
            ("", "Nobody yet"),
            ("Groups", [(key, str(group)) for key, group in self.groups.items()]),
            ("People", named),
        ]
        if action.pk and not self.is_bound:
            self.initial["who"] = f"g{action.group_id}" if action.group_id else f"m{action.owner_id or ''}".rstrip("m")
            self.initial["due_on"] = f"{action.due_on:%-d %B %Y}" if action.due_on else ""

    def clean_title(self) -> str:
        return without_names(self.cleaned_data["title"], self.partnership)

    def details(self) -> dict[str, Any]:
        """The fields of the action that was typed, but for its title."""
        who = self.cleaned_data["who"]
        return {
            "owner": self.people.get(who),
            "group": self.groups.get(who),
            "due_on": self.cleaned_data["due_on"],
        }


def people_of(partnership: Partnership) -> list[Member]:
    """Those who can own an action: round Steering's table, leading a group, or managing; by name."""
    steering = steering_of(partnership)
    ids = set(steering.people().values_list("pk", flat=True)) if steering else set()
    groups = Group.objects.current().filter(partnership=partnership).exclude(kind=Group.Kind.EXECUTIVE)
    leads = Member.objects.filter(appointments__in=_leads(groups))
    managers = Member.objects.filter(stewardships__in=partnership.stewardships.current())
    ids |= set(leads.values_list("pk", flat=True)) | set(managers.values_list("pk", flat=True))
    return list(Member.objects.filter(pk__in=ids, erased_at=None).exclude(name="").order_by("name"))


def groups_of(partnership: Partnership) -> list[Group]:
    groups = Group.objects.current().filter(partnership=partnership).exclude(kind=Group.Kind.EXECUTIVE)
    return list(groups.order_by("kind", "name"))


def _leads(groups: Any) -> Any:
    appointments: Any = Group._meta.get_field("appointments").related_model
    return appointments.objects.current().filter(group__in=groups, role="lead")
