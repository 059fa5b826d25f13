"""What a manager says of her rhythm: how often, on which days she works, and next year's school dates."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from lcep.site import today
from newsletters.models import WorkingWeek
from newsletters.planner.year import is_monthly
from partnerships.models import HalfTerm, Partnership, Place, Stewardship
from trust.models import Entry

NAMES = ("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")
DAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]


class RhythmForm(forms.Form):
    """How often the newsletter comes: what readers read before they join."""

    EACH, MONTHLY = "half-term", "monthly"
    A_YEAR = {EACH: 6, MONTHLY: 11}
    rhythm = forms.ChoiceField(
        choices=[(EACH, "Each half term, about 6 a year"), (MONTHLY, "Each month with school, about 11 a year")],
        widget=forms.RadioSelect,
        label="The newsletter comes",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose how often"),
    )

    def __init__(self, partnership: Partnership, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"rhythm": self.MONTHLY if is_monthly(partnership) else self.EACH}
        super().__init__(*args, **kwargs)
        self.partnership = partnership

    def save(self, by: Any) -> bool:
        """Set it, and say whether it was another before."""
        if self.cleaned_data["rhythm"] == self.initial["rhythm"]:
            return False
        with transaction.atomic():
            self.partnership.newsletters_a_year = self.A_YEAR[self.cleaned_data["rhythm"]]
            self.partnership.save(update_fields=["newsletters_a_year"])
            Entry.record("chose how often the newsletter comes of", self.partnership, by=by)
        return True


class DaysForm(forms.Form):
    """On which days somebody works for what they look after."""

    days = forms.MultipleChoiceField(
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        label="I work on",
        error_messages={"required": "Tick at least one day", "invalid_choice": "Choose days from the list"},
    )
    summary = forms.BooleanField(
        required=False, label="Send me a mail on the first of these days each week, if something needs me"
    )

    def __init__(self, stewardship: Stewardship, *args: Any, **kwargs: Any) -> None:
        week = WorkingWeek.of(stewardship)
        kwargs |= {"initial": {"days": list(week.days), "summary": week.summary}, "prefix": f"s{stewardship.pk}"}
        super().__init__(*args, **kwargs)
        self.stewardship = stewardship

    def save(self, by: Any) -> None:
        days = "".join(sorted(self.cleaned_data["days"]))
        WorkingWeek.choose(self.stewardship, days, self.cleaned_data["summary"], by=by)


class SchoolDatesForm(forms.Form):
    """The six half terms of one school year, as the council publishes them."""

    source = forms.URLField(
        label="The page they are from",
        max_length=300,
        assume_scheme="https",
        help_text="The council’s page of school term dates",
        error_messages={
            "required": "Enter the address of the page",
            "invalid": "Enter an address like https://example.gov.uk/terms",
        },
    )
    use_required_attribute = False

    def __init__(self, place: Place, begins: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.begins = place, begins
        for at, name in enumerate(NAMES, 1):
            for which, label in (("first", "first school day"), ("last", "last school day")):
                self.fields[f"{which}_{at}"] = forms.DateField(
                    label=f"{name}, {label}",
                    widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                    error_messages=dict.fromkeys(
                        ("required", "invalid"), f"Enter the {label} of {name}, like 4/9/{begins}"
                    ),
                )
        self.order_fields([name for name in self.fields if name != "source"] + ["source"])

    @property
    def school_year(self) -> str:
        return f"{self.begins}/{(self.begins + 1) % 100:02}"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each half term with its two fields."""
        for at, name in enumerate(NAMES, 1):
            yield {"name": name, "first": self[f"first_{at}"], "last": self[f"last_{at}"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            self._in_order(data)
        return data

    def save(self, by: Any) -> None:
        """Put them in; what stood there as an example only gives way. Raises nothing when they stand there already."""
        with transaction.atomic():
            there = HalfTerm.objects.filter(place=self.place, school_year=self.school_year)
            for at, name in enumerate(NAMES, 1):
                row = there.filter(number=at).first() or HalfTerm(
                    place=self.place, school_year=self.school_year, number=at
                )
                if row.pk is None or row.is_illustrative:
                    row.name, row.first_on, row.last_on = (
                        name,
                        self.cleaned_data[f"first_{at}"],
                        self.cleaned_data[f"last_{at}"],
                    )
                    row.is_illustrative, row.source, row.last_confirmed_on = False, self.cleaned_data["source"], today()
                    row.save()
            Entry.record(f"put in the school dates of {self.school_year} for", self.place, by=by)

    def _in_order(self, data: dict[str, Any]) -> None:
        before: date | None = None
        for at, name in enumerate(NAMES, 1):
            first, last = data[f"first_{at}"], data[f"last_{at}"]
            if last <= first:
                self.add_error(f"last_{at}", f"{name} ends before it begins: look at both days")
            if before and first <= before:
                self.add_error(f"first_{at}", f"{name} begins before the one before it ends")
            if not date(self.begins, 8, 1) <= first <= date(self.begins + 1, 8, 10):
                raise ValidationError(f"{name} does not lie in the school year {self.school_year}: look at the years")
            before = last
