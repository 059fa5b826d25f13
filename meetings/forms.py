"""What leaders and members type about meetings."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from meetings import dates
from meetings.fields import ClockField, DayField, LineField, UploadField, WebField
from meetings.models import Invitation, Meeting
from partnerships.models.organisations import Sector
from pods.models import Group
from trust.text import cleaned

GETTING_IN = "Which door, parking, steps, lift."


class WhenForm(forms.Form):
    """Day and time, as people type them."""

    day = DayField(label="Day", max_length=40, help_text="Like 14 Jan, 14/1 or Thu 14 January.")
    time = ClockField(label="Time", max_length=20, help_text="Like 4pm or 16:00. It is the time in London.")

    def clean(self):
        said = super().clean()
        if said.get("day") and said.get("time"):
            try:
                said["starts_at"] = self._moment(dates.moment(said["day"], said["time"]))
            except dates.Unclear as unclear:
                self.add_error("time", str(unclear))
        return said

    def _moment(self, starts_at: datetime) -> datetime:
        if starts_at <= timezone.now():
            self.add_error("day", "That day is over.")
        return starts_at


class DetailsForm(WhenForm):
    """A meeting before everybody is told. Filled in beforehand: one press is enough."""

    minutes = forms.IntegerField(label="How long, in minutes", min_value=15, max_value=600)
    mode = forms.ChoiceField(label="How we meet", choices=Group.Mode, widget=forms.RadioSelect)
    place = LineField(
        label="Venue",
        max_length=200,
        required=False,
        help_text="Leave it empty if it follows: people are asked to host.",
    )
    access = LineField(label="Getting in", max_length=300, required=False, help_text=GETTING_IN)
    join_url = WebField(label="Link to join online", required=False, help_text="Only those who come are sent it.")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def details(self) -> dict[str, object]:
        """The fields of the meeting that was typed."""
        said = self.cleaned_data
        return {name: said[name] for name in ("minutes", "mode", "place", "access", "join_url")}


class EventForm(WhenForm):
    """An event for everyone on the list."""

    field_order = ["title", "words", "day", "time", "minutes", "mode", "place", "access", "join_url", "capacity",
                   "needs_asked"]  # fmt: skip

    title = LineField(label="What is it called?", max_length=150)
    words = forms.CharField(
        label="What is it about?", max_length=4000, widget=forms.Textarea, help_text="It stands in the invitation."
    )
    minutes = forms.IntegerField(label="How long, in minutes", min_value=15, max_value=900, initial=120)
    mode = forms.ChoiceField(
        label="How we meet", choices=Group.Mode, widget=forms.RadioSelect, initial=Group.Mode.IN_PERSON
    )
    place = LineField(label="Venue", max_length=200, required=False)
    access = LineField(label="Getting in", max_length=300, required=False, help_text=GETTING_IN)
    join_url = WebField(label="Link to join online", required=False, help_text="Only those who come are given it.")
    capacity = forms.IntegerField(
        label="How many places?", min_value=1, max_value=100_000, required=False,
        help_text="Leave it empty if there is room for all. Beyond it there is a waiting list.",
    )  # fmt: skip

    needs_asked = forms.ChoiceField(
        label="What shall people tell us when they say yes?", choices=Meeting.Needs, required=False,
        widget=forms.RadioSelect, initial=Meeting.Needs.ACCESS,
        help_text="Ask only for what somebody will act on. It is gone 30 days after the event.",
    )  # fmt: skip

    def clean_words(self):
        return cleaned(self.cleaned_data["words"]).strip()

    def details(self) -> dict[str, object]:
        """The fields of the event that was typed."""
        names = ("title", "words", "minutes", "mode", "place", "access", "join_url", "capacity", "needs_asked")
        return {name: self.cleaned_data[name] for name in names}


class PlacesForm(forms.Form):
    """How many places there are; and at most how many for people of one sector, to keep a balance."""

    capacity = forms.IntegerField(
        label="How many places?", min_value=1, max_value=100_000, required=False,
        help_text="Leave it empty if there is room for all.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for sector in Sector:
            self.fields[sector.value] = forms.IntegerField(
                label=sector.label, min_value=0, max_value=10_000, required=False
            )

    def limits(self) -> dict[str, int]:
        """The sectors that have a limit of their own."""
        return {sector: self.cleaned_data[sector] for sector in Sector if self.cleaned_data[sector] is not None}

    def of_sectors(self) -> list[forms.BoundField]:
        return [self[sector.value] for sector in Sector]


class MoveForm(WhenForm):
    sequence = forms.IntegerField(widget=forms.HiddenInput)


class CancellationForm(forms.Form):
    reason = LineField(
        label="Why, in a sentence",
        max_length=300,
        help_text="Everybody invited reads it. “Too few of us can come” is fine.",
    )


class VenueForm(forms.ModelForm):
    place = LineField(label="Venue", max_length=200, required=False)
    access = LineField(label="Getting in", max_length=300, required=False, help_text=GETTING_IN)
    join_url = WebField(label="Link to join online", required=False, help_text="Only those who come are sent it.")

    class Meta:
        model = Meeting
        fields = ["mode", "place", "access", "join_url"]
        widgets = {"mode": forms.RadioSelect}
        labels = {"mode": "How we meet"}

    tell = forms.BooleanField(label="Tell everybody invited", required=False, initial=True)

    def details(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ReplyForm(forms.Form):
    """Yes, maybe or no, by the button that is pressed; the rest is optional."""

    reply = forms.ChoiceField(choices=Invitation.Reply)
    how = forms.ChoiceField(
        label="How?", choices=Invitation.How, required=False, widget=forms.RadioSelect, initial=Invitation.How.IN_PERSON
    )
    needs = LineField(
        max_length=300, required=False, help_text="Only whoever leads it reads this, and it is gone 30 days after."
    )
    note = LineField(label="A word to whoever leads it", max_length=300, required=False)

    def __init__(self, *args: Any, asks: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks == Meeting.Needs.NOTHING:
            del self.fields["needs"]
        else:
            food = ", and what you eat" if asks == Meeting.Needs.FOOD else ""
            self.fields["needs"].label = f"What you need to take part{food}"


class PollForm(forms.Form):
    """Which dates to ask about."""

    options = forms.MultipleChoiceField(label="Which dates?", widget=forms.CheckboxSelectMultiple)
    closes_on = DayField(label="Last day to answer", max_length=40)

    def __init__(self, *args, offered: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["options"].choices = offered


class WordForm(forms.Form):
    words = forms.CharField(label="Your message", max_length=4000, widget=forms.Textarea)

    def clean_words(self):
        return cleaned(self.cleaned_data["words"]).strip()


class ReportForm(forms.Form):
    text = forms.CharField(label="What Steering should know", max_length=6000, widget=forms.Textarea)

    def clean_text(self):
        return cleaned(self.cleaned_data["text"]).strip()


class PaperForm(forms.Form):
    """A file or a link. `offered` are the meetings to come that it may be for."""

    title = LineField(label="What it is", max_length=150, help_text="Like: Notes on the postcard")
    file = UploadField(label="The file", required=False)
    url = WebField(label="Or a link to where it is", required=False)
    meeting = forms.ChoiceField(label="For which meeting?", required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Any = (), too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].too_large = too_large  # type: ignore[attr-defined]
        if offered:
            choices = [("", "For none: it stays with the group"), *((each.ref, each.when) for each in offered)]
            self.fields["meeting"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["meeting"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and bool(said.get("file")) == bool(said.get("url")):
            self.add_error("file", "Choose a file, or give a link: one of the two.")
        return said


class VersionForm(forms.Form):
    """The next version of a paper."""

    file = UploadField(label="The new file")
    note = LineField(label="What changed", max_length=200, required=False)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].too_large = too_large  # type: ignore[attr-defined]
