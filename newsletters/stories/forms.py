"""A story as somebody types it, and what is asked of the noticeboard."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lcep.site import today
from newsletters.models import Readership, Story
from newsletters.stories import pasting
from partnerships.models import Partnership, Priority
from trust.text import cleaned, one_line

LONGEST = 5000
SAID = ("title", "kind", "text", "link", "closes_on", "priority", "credit")


class StoryForm(forms.Form):
    """One story: its words, whom it is for, and until when it holds."""

    title = forms.CharField(
        max_length=120,
        label="Title",
        help_text="Like “Free drumming workshops for Year 5”",
        error_messages={"required": "Enter a title", "max_length": "Shorten the title to 120 characters"},
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=Story.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is", "invalid_choice": "Choose what it is from the list"},
    )
    text = forms.CharField(
        label="The story",
        help_text="What, where, when, what it costs, and whom to ask. A few sentences are best.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write the story"},
    )
    link = forms.URLField(
        label="Link",
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url"}),
        help_text="Where one finds out more",
        error_messages={"invalid": "Enter a link like https://example.org/workshops"},
    )
    readers = forms.MultipleChoiceField(
        label="Whom it is for",
        required=False,
        choices=Readership.Reader,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none if it is for everybody",
        error_messages={"invalid_choice": "Choose whom it is for from the list"},
    )
    closes_on = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="After it the story leaves the noticeboard. Leave it empty if there is none.",
        error_messages={"invalid": "Enter a day like 12/12/2026"},
    )
    credit = forms.CharField(
        label="Who says so",
        required=False,
        max_length=160,
        help_text="The person or organisation named under the story",
        error_messages={"max_length": "Shorten this to 160 characters"},
    )

    priority = forms.ModelChoiceField(
        Priority.objects.none(),
        label="Which priority it belongs to",
        required=False,
        empty_label="None in particular",
        error_messages={"invalid_choice": "Choose a priority from the list"},
    )
    needed = ("title", "kind", "text")  # the rest is folded away on a short form

    def __init__(self, partnership: Partnership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        priorities = partnership.priorities.current()
        self.fields["priority"].queryset = priorities  # type: ignore[attr-defined]
        if not priorities.exists():
            del self.fields["priority"]

    @property
    def short(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in self.needed]

    @property
    def more(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.needed]

    @property
    def is_more_wrong(self) -> bool:
        """Whether something folded away has an error, so that it must stand open."""
        return any(field.errors for field in self.more)

    def clean_title(self) -> str:
        return self._said(one_line(self.cleaned_data["title"]), "Enter a title")

    def clean_credit(self) -> str:
        return one_line(self.cleaned_data["credit"])

    def clean_text(self) -> str:
        text = self._said(cleaned(self.cleaned_data["text"]).strip(), "Write the story")
        if len(text) > LONGEST:
            raise ValidationError(f"Shorten the story to 5,000 characters: it has {len(text):,}")
        return text

    def clean_closes_on(self) -> Any:
        day = self.cleaned_data["closes_on"]
        if day and day < today():
            raise ValidationError(f"{day:%-d %B %Y} is over. Enter a day to come, or leave it empty")
        return day

    def words(self) -> dict[str, Any]:
        """What a Story is made of; `readers` beside them."""
        return {name: self.cleaned_data.get(name) for name in SAID if name in self.fields}

    @staticmethod
    def _said(text: str, otherwise: str) -> str:
        if not text:
            raise ValidationError(otherwise)
        return text


class EditForm(StoryForm):
    """The manager's: any day may stand, also one that is over."""

    def clean_closes_on(self) -> Any:
        return self.cleaned_data["closes_on"]


class PasteForm(forms.Form):
    """A whole mail, pasted; what it says is proposed and put right before anything is kept."""

    mail = forms.CharField(
        label="Paste the mail here",
        max_length=pasting.LONGEST,
        help_text="With its head if you can: the subject becomes the title, the sender’s name the credit",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Paste the mail", "max_length": "Paste the part that matters: this is too long"},
    )
    use_required_attribute = False

    @property
    def proposed(self) -> dict[str, str]:
        """The first values of a story's form."""
        return pasting.read(self.cleaned_data["mail"])._asdict()


class RefusalForm(forms.Form):
    """No, and why."""

    refusal = forms.CharField(
        label="What the writer reads",
        max_length=300,
        help_text="One kind sentence. It is mailed to the writer.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write a sentence for the writer", "max_length": "Shorten this to 300 characters"},
    )

    def clean_refusal(self) -> str:
        text = one_line(self.cleaned_data["refusal"])
        if not text:
            raise ValidationError("Write a sentence for the writer")
        return text


class BoardForm(forms.Form):
    """The filters of the noticeboard, in the address."""

    all_optional = True

    kind = forms.ChoiceField(
        label="What",
        required=False,
        choices=[("", "Everything"), *Story.Kind.choices],
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    reader = forms.ChoiceField(
        label="For",
        required=False,
        choices=[("", "Everybody"), *Readership.Reader.choices],
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(),
        label="Priority",
        required=False,
        empty_label="All of them",
        error_messages={"invalid_choice": "Choose one from the list."},
    )

    def __init__(self, partnership: Partnership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        priorities = partnership.priorities.current()
        self.fields["priority"].queryset = priorities  # type: ignore[attr-defined]
        if not priorities.exists():
            del self.fields["priority"]
