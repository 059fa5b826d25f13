"""What leaders and members type about meetings."""

from datetime import datetime

from django import forms
from django.utils import timezone

from lcep.site import today
from meetings import dates
from meetings.models import Invitation, Meeting
from pods.models import Group
from trust.text import cleaned, one_line

GETTING_IN = "Which door, parking, steps, lift."


class LineField(forms.CharField):
    """One line, without invisible characters."""

    def clean(self, value):
        return one_line(super().clean(value))


class DayField(forms.CharField):
    """A day in words: "14 jan", "14/1", "Tue 14 Jan"."""

    def clean(self, value):
        words = super().clean(value)
        if not words:
            return None
        try:
            return dates.day(words, today())
        except dates.Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from None


class ClockField(forms.CharField):
    """A time in words: "4pm", "16:00"."""

    def clean(self, value):
        words = super().clean(value)
        if not words:
            return None
        try:
            return dates.clock(words)
        except dates.Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from None


class WebField(forms.URLField):
    """A link to a page, which begins with https:// even if nobody typed it."""

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", max_length=500, **kwargs)
        self.error_messages["invalid"] = "This is no link. It looks like https://example.org/meeting"

    def clean(self, value):
        link = super().clean(value)
        if link and not link.startswith(("http://", "https://")):
            raise forms.ValidationError(self.error_messages["invalid"])
        return link


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
    access = LineField(
        label="Getting in", max_length=300, required=False, help_text="Which door, parking, steps, lift."
    )
    join_url = WebField(label="Link to join online", required=False, help_text="Only those who come are sent it.")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def details(self) -> dict[str, object]:
        """The fields of the meeting that was typed."""
        said = self.cleaned_data
        return {name: said[name] for name in ("minutes", "mode", "place", "access", "join_url")}


class EventForm(WhenForm):
    """An event for everyone on the list."""

    field_order = ["title", "words", "day", "time", "minutes", "mode", "place", "access", "join_url", "capacity"]

    title = LineField(label="What is it called?", max_length=150)
    words = forms.CharField(
        label="What is it about?", max_length=4000, widget=forms.Textarea, help_text="It stands in the invitation."
    )
    minutes = forms.IntegerField(label="How long, in minutes", min_value=15, max_value=900, initial=120)
    mode = forms.ChoiceField(
        label="How we meet", choices=Group.Mode, widget=forms.RadioSelect, initial=Group.Mode.IN_PERSON
    )
    place = LineField(label="Venue", max_length=200, required=False)
    access = LineField(
        label="Getting in", max_length=300, required=False, help_text="Which door, parking, steps, lift."
    )
    join_url = WebField(label="Link to join online", required=False, help_text="Only those who come are given it.")
    capacity = forms.IntegerField(
        label="How many places?", min_value=1, max_value=100_000, required=False,
        help_text="Leave it empty if there is room for all. Beyond it there is a waiting list.",
    )  # fmt: skip

    def clean_words(self):
        return cleaned(self.cleaned_data["words"]).strip()

    def details(self) -> dict[str, object]:
        """The fields of the event that was typed."""
        names = ("title", "words", "minutes", "mode", "place", "access", "join_url", "capacity")
        return {name: self.cleaned_data[name] for name in names}


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
    access = LineField(
        label="Getting in", max_length=300, required=False, help_text="Which door, parking, steps, lift."
    )
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
        label="Anything you need to take part?",
        max_length=300,
        required=False,
        help_text="Access, food. Only whoever leads it reads this, and it is gone 30 days after.",
    )
    note = LineField(label="A word to whoever leads it", max_length=300, required=False)


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
    title = LineField(label="What it is", max_length=150)
    url = WebField(label="Where it is")
