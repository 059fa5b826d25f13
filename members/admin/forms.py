"""The manager's small forms about people."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from members import exporting
from members.forms import AddressField, OneFormHelper
from members.models import Member, Membership, Purpose, Suppression
from partnerships.models import Partnership
from trust.addresses import compared, key_of
from trust.text import one_line


class _OfOnePartnership(forms.Form):
    """Whose list: chosen where a manager has several."""

    partnership = forms.ModelChoiceField(Partnership.objects.none(), label="Which partnership?", empty_label=None)

    def __init__(self, *args, partnerships, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnership"].queryset = partnerships
        if len(partnerships) == 1:
            self.fields["partnership"].initial = partnerships[0]
            self.fields["partnership"].widget = forms.HiddenInput()
        self.helper = OneFormHelper("Save")
        self.helper.form_tag = False


class ExportForm(_OfOnePartnership):
    what = forms.ChoiceField(label="What?", choices=exporting.What.choices, widget=forms.RadioSelect)
    form = forms.ChoiceField(label="As what?", choices=exporting.Form.choices, widget=forms.RadioSelect, initial="csv")


class PaperForm(_OfOnePartnership):
    """Somebody who signed a form on paper."""

    email = AddressField(label="E-mail address on the form")
    name = forms.CharField(label="Name", max_length=80, required=False)
    chosen = forms.MultipleChoiceField(
        label="What did they tick?",
        choices=Purpose.choices,
        initial=[Purpose.NEWSLETTER],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick what they ticked on the form."},
    )
    signed = forms.BooleanField(
        label="I have the form they signed, and it says what they get and how to leave",
        error_messages={"required": "Without their signed form nobody can be put on the list for them."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["partnership", "email", "name", "chosen", "signed"])

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean(self) -> dict:
        if self.errors:
            return self.cleaned_data
        partnership, key = self.cleaned_data["partnership"], key_of(compared(self.cleaned_data["email"]))
        blocked = Suppression.objects.filter(Q(partnership=None) | Q(partnership=partnership), key=key).first()
        if blocked:
            self.add_error("email", f"Nobody writes to this address: it {_said(blocked)}. They can join by themselves.")
        return self.cleaned_data


def _said(blocked: Suppression) -> str:
    return "does not work" if blocked.reason == Suppression.Reason.BOUNCED else blocked.get_reason_display()


class NoteForm(forms.Form):
    text = forms.CharField(
        label="A note",
        max_length=500,
        help_text="They can read it: it is in their “Download my data”",
        error_messages={"required": "Write the note."},
    )

    def clean_text(self) -> str:
        return one_line(self.cleaned_data["text"])


class MergingForm(forms.Form):
    """The address of the other entry, on a list this manager sees."""

    email = AddressField(label="E-mail address of the other entry", help_text="It goes, and this one stays")

    def __init__(self, *args, membership: Membership, people, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.membership, self.people = membership, people

    def clean_email(self) -> Member:
        found = self.people.filter(email=compared(self.cleaned_data["email"]), erased_at=None).first()
        if found is None:
            raise ValidationError("Nobody on your list has this address.")
        return found
