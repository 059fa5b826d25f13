"""What is typed for a book of evidence."""

from datetime import date
from typing import Any

from django import forms

from lcep.site import today
from meetings.forms import DayField, LineField
from partnerships.models import Partnership, Priority
from steering.models import FunderLine
from steering.plan_forms import without_names


class PeriodForm(forms.Form):
    """From when to when."""

    title = LineField(label="What is it called?", max_length=120, help_text="Like: School year 2025/26.")
    first_on = DayField(label="From", max_length=40, help_text="Like 1 September 2025.")
    last_on = DayField(label="Until, and including", max_length=40, help_text="Like 31 August 2026, or today.")

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        first, last = said.get("first_on"), said.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The period ends before it begins.")
        if last and last > today():
            self.add_error("last_on", "That day is still to come. Give the year where it was last year.")
        return said


class LineForm(forms.ModelForm):
    """A sentence to tell funders. It goes out of the house, so nobody is named."""

    text = LineField(label="In a sentence", max_length=400, help_text="Funders read it. Please leave out names.")
    happened_on = DayField(label="When?", max_length=40)

    class Meta:
        model = FunderLine
        fields = ["text", "happened_on", "priority"]
        labels = {"priority": "What is it about?"}

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.fields["priority"].queryset = Priority.objects.current().filter(partnership=partnership)
        self.fields["priority"].empty_label = "The whole partnership"
        if isinstance(self.initial.get("happened_on"), date):
            self.initial["happened_on"] = f"{self.initial['happened_on']:%-d %B %Y}"

    def clean_text(self) -> str:
        return without_names(self.cleaned_data["text"], self.partnership)
