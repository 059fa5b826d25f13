"""What is typed into the register of young people's voice. No field takes a name."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lcep.site import today
from meetings.forms import DayField, LineField
from partnerships.models import Partnership, Priority
from steering.models import YouthVoice
from steering.plan_forms import without_names
from steering.plan_words import name_and_age
from trust.text import cleaned

SIX_WEEKS = timedelta(weeks=6)


class YouthVoiceForm(forms.ModelForm):
    """One entry; what looks like a young person's name and age is given back."""

    heard_on = DayField(label="When was it said?", max_length=40, help_text="Like 14 Jan or 14/1/2027.")
    organisation = LineField(label="Through whom?", max_length=160, help_text="The school, club or organisation.")
    headcount = forms.IntegerField(label="How many young people?", min_value=1, max_value=9999)
    answer_by = DayField(
        label="By when do they hear back?", max_length=40, help_text="In six weeks, unless you say otherwise."
    )
    nobody = forms.BooleanField(
        label="I have read it once more: no young person is named",
        error_messages={"required": "Read it once more: is a young person named?"},
    )

    class Meta:
        model = YouthVoice
        fields = ["heard_on", "organisation", "ages", "headcount", "said", "priority", "answer_by"]
        labels = {"ages": "How old are they?", "said": "What did they say?", "priority": "What is it about?"}
        help_texts = {"said": "Everybody can read it. In their words if you like, and without any name."}
        widgets = {"said": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.fields["priority"].queryset = Priority.objects.current().filter(partnership=partnership)
        self.fields["priority"].empty_label = "Something else"
        self.fields["ages"].choices = [("", "Choose"), *YouthVoice.Ages.choices]
        if not self.is_bound:
            self.initial["answer_by"] = f"{today() + SIX_WEEKS:%-d %B %Y}"

    def clean_heard_on(self) -> Any:
        day = self.cleaned_data["heard_on"]
        if day and day > today():
            raise ValidationError("That day is still to come. Give the year where it was last year.")
        return day

    def clean_said(self) -> str:
        return _nobodys(cleaned(self.cleaned_data["said"]).strip(), self.partnership)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="What did we do?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everybody can read it. “We could not, because …” is an answer too.",
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership

    def clean_answer(self) -> str:
        return _nobodys(cleaned(self.cleaned_data["answer"]).strip(), self.partnership)


def _nobodys(text: str, partnership: Partnership) -> str:
    if found := name_and_age(text):
        raise ValidationError(f"“{found}” looks like a young person and their age. Please leave it out.")
    return without_names(text, partnership)
