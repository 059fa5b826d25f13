"""Forms of joining and choosing."""

from datetime import timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError

from lcep.site import today
from members import wording
from members.models import Member, Membership, Purpose
from partnerships.models import Organisation, Partnership, Place
from partnerships.models.organisations import Sector
from trust.addresses import as_written, compared
from trust.guarded import AddressField, GuardedForm
from trust.text import cleaned, one_line


class OneFormHelper(FormHelper):
    """One column, one button, errors before the fields."""

    def __init__(self, button: str, name: str = "") -> None:
        super().__init__()
        self.attrs = {"novalidate": ""}
        self.add_input(Submit(name, button))


class JoinForm(GuardedForm):
    """One field, and a box."""

    email = AddressField(label="Your e-mail address")
    events = forms.BooleanField(required=False)

    def __init__(self, *args, partnership, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].label = wording.events_promise(partnership)
        self.fields["events"].help_text = wording.how_often(Purpose.EVENTS, partnership).capitalize()
        self.helper = OneFormHelper(wording.BUTTON)
        self.helper.form_tag = False


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Your 6-digit code",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": "Type the 6-digit code from the e-mail"},
    )
    helper = OneFormHelper("Join")
    helper.form_tag = False


class NameForm(forms.ModelForm):
    """Who you are, if you like."""

    organisation_name = forms.CharField(
        label="Your organisation",
        max_length=160,
        required=False,
        help_text="A school, museum, company or council, if you come from one",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    class Meta:
        model = Member
        fields = ["name"]
        labels = {"name": "Your name"}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, partnership, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.initial["organisation_name"] = self.instance.organisation.name if self.instance.organisation else ""
        self.helper = OneFormHelper("Save")
        self.helper.form_tag = False

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_organisation_name(self) -> str:
        return one_line(self.cleaned_data["organisation_name"])

    def save(self, commit: bool = True) -> Member:
        """Keep the name, and the organisation under the name the partnership knows it by."""
        name = self.cleaned_data["organisation_name"]
        self.instance.organisation = Organisation.objects.called(name, self.partnership) if name else None
        return super().save(commit)


class WorkForm(forms.ModelForm):
    """What you work in and where: it decides nothing but whom a partnership can say it reaches."""

    class Meta:
        model = Member
        fields = ["sector", "areas"]
        labels = {"sector": "What do you work in?", "areas": "Where?"}
        widgets = {"sector": forms.RadioSelect, "areas": forms.CheckboxSelectMultiple}

    def __init__(self, *args, partnership, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [("", "Not with an organisation, or rather not say"), *Sector.choices]
        self.fields["areas"].queryset = Place.objects.filter(partnerships=partnership)
        if self.fields["areas"].queryset.count() < 2:
            del self.fields["areas"]
        self.helper = OneFormHelper("Save")
        self.helper.form_tag = False


class AddressChangeForm(forms.Form):
    email = AddressField(label="Your new e-mail address", help_text="We send it a link with a button")

    def __init__(self, *args, member: Member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.helper = OneFormHelper("Send me the link")
        self.helper.form_tag = False

    def clean_email(self) -> str:
        address = self.cleaned_data["email"]
        if compared(address) == self.member.email and as_written(address) == self.member.mail_to:
            raise ValidationError("That is the address we write to already.")
        return address


class DataComplaintForm(GuardedForm):
    """A complaint about personal data, in whatever words somebody has."""

    text = forms.CharField(
        label="What happened, and what would put it right?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Say what happened."},
    )
    partnership = forms.ModelChoiceField(
        Partnership.objects.none(),
        label="Which partnership is it about?",
        required=False,
        empty_label="None, or I do not know",
        help_text="Its manager reads it. Otherwise the keeper of this site does.",
    )
    name = forms.CharField(
        label="Your name, if you like",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(label="Your e-mail address", help_text="We answer there, within 30 days")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnership"].queryset = Partnership.objects.at_home().order_by("name")
        self.helper = OneFormHelper("Send the complaint")
        self.helper.form_tag = False

    def clean_text(self) -> str:
        return cleaned(self.cleaned_data["text"])

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class ChoicesForm(forms.Form):
    """What one list sends to one person. Each choice says its effect in numbers."""

    PAUSES = {
        "": "No pause",
        "1": "For one month",
        "3": "For three months",
        "6": "For six months",
        "day": "Until a day I choose",
    }
    LONGEST = timedelta(days=366)

    chosen = forms.MultipleChoiceField(
        label="What should we send you?", required=False, widget=forms.CheckboxSelectMultiple
    )
    pause = forms.ChoiceField(label="A pause?", required=False, widget=forms.RadioSelect)
    until = forms.DateField(
        label="The day the mail begins again",
        required=False,
        help_text="Only for “Until a day I choose”, like 27/3/2027",
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Enter a day like 27/3/2027."},
    )

    def __init__(self, *args, membership: Membership, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        partnership = membership.partnership
        self.fields["chosen"].choices = [
            (purpose.value, f"{purpose.label} ({wording.how_often(purpose, partnership)})") for purpose in Purpose
        ]
        pauses = dict(self.PAUSES)
        if membership.is_paused:
            pauses = {"keep": f"Stay on pause until {membership.paused_until:%-d %B %Y}"} | pauses
        self.fields["pause"].choices = list(pauses.items())
        self.initial.setdefault("chosen", membership.chosen)
        self.initial.setdefault("pause", "keep" if membership.is_paused else "")
        self.helper = OneFormHelper("Save my choices", "save")
        self.helper.form_tag = False

    def clean(self) -> dict:
        if self.cleaned_data.get("pause") == "day" and "until" not in self.errors:
            day = self.cleaned_data.get("until")
            if day is None:
                self.add_error("until", "Say until which day, like 27/3/2027.")
            elif not today() < day <= today() + self.LONGEST:
                self.add_error("until", "A pause ends on a day after today, at most a year away.")
        return self.cleaned_data

    def paused_until(self):
        """The day on which mail begins again, or None."""
        pause = self.cleaned_data["pause"]
        if pause == "day":
            return self.cleaned_data["until"]
        if pause == "keep":
            return self.membership.paused_until
        return today() + timedelta(days=30 * int(pause)) if pause else None
