"""What is asked about seats, terms and keys."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from lcep.site import today
from members.models import Member, Membership
from partnerships.models.organisations import Sector
from pods.models import Appointment, Group
from steering.models import SEATED, Interest, Rules, Seat
from steering.terms import begins
from trust.addresses import as_written
from trust.guarded import AddressField, GuardedForm
from trust.text import cleaned, one_line

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
REASONS = ("The term of office was over", "Stepped down", "A new job", "The seat is no longer needed")


class InterestForm(GuardedForm):
    """Who would like to take part, and why, in their own words."""

    seat = forms.ChoiceField(label="Which seat?", required=False)
    name = forms.CharField(
        label="Your name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name"},
    )
    email = AddressField(label="Your e-mail address", help_text="Only for the answer: it is put on no list")
    organisation = forms.CharField(
        label="Where you work or what you do",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    statement = forms.CharField(
        label="Why would you like to take part?",
        help_text="Three or four sentences are plenty",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write a sentence or two about why"},
    )

    def __init__(self, *args: Any, vacant: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in vacant}
        self.fields["seat"].choices = [("", "Any"), *((key, str(seat)) for key, seat in self.seats.items())]
        if not vacant:
            del self.fields["seat"]

    def clean_email(self) -> str:
        return as_written(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("name", "organisation"):
            said[name] = one_line(said.get(name, ""))
        said["statement"] = cleaned(said.get("statement", "")).strip()
        return said

    def said(self) -> dict[str, Any]:
        """The fields of the row."""
        named = {name: self.cleaned_data[name] for name in ("name", "email", "organisation", "statement")}
        seat = self.seats.get(self.cleaned_data.get("seat", ""))
        return named | {"seat": seat, "sector": seat.sector if seat else ""}


class AppointForm(forms.Form):
    """Whom, to what, for how long. The address, so that nobody need be shown a list of people."""

    email = AddressField(
        label="Their e-mail address", help_text="Of somebody on the mailing list, or who offered to take a seat"
    )
    role = forms.ChoiceField(label="As", choices=[])
    seat = forms.ChoiceField(label="On which seat?", required=False)
    stands_in_for = forms.ChoiceField(label="Stands in for", required=False, help_text="Only for a substitute")
    since = forms.DateField(label="From", widget=DAY)
    term_ends = forms.DateField(label="The term of office ends", required=False, widget=DAY)
    is_public = forms.BooleanField(label="They agreed to be named on the public page", required=False)

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        self.seats = {str(seat.pk): seat for seat in Seat.objects.current().filter(group=group)}
        held = Appointment.objects.current().filter(group=group, role__in=SEATED).select_related("member")
        self.held = {str(row.pk): row for row in held}
        roles = [choice for choice in Appointment.Role.choices if choice[0] != Appointment.Role.LEAD]
        self.fields["role"].choices = sorted(roles, key=lambda choice: choice[0] != Appointment.Role.MEMBER)
        self.fields["seat"].choices = [("", "None"), *((key, str(seat)) for key, seat in self.seats.items())]
        self.fields["stands_in_for"].choices = [
            ("", "Nobody"),
            *((key, str(row.member)) for key, row in self.held.items()),
        ]
        if not self.seats:
            del self.fields["seat"]

    def clean_email(self) -> str:
        """Somebody of the partnership, or who offered to take a seat and so wrote down their own address."""
        on_the_list = Membership.objects.current().filter(partnership=self.group.partnership)
        appointed = Appointment.objects.current().filter(group__partnership=self.group.partnership)
        near = Q(pk__in=on_the_list.values("member")) | Q(pk__in=appointed.values("member"))
        self.member = Member.objects.at(self.cleaned_data["email"]).filter(near, erased_at=None).first()
        self.interest = Interest.objects.open().filter(group=self.group).at(self.cleaned_data["email"])
        if self.member is None and self.interest is None:
            raise ValidationError("Nobody on the mailing list has this address. Ask them to join the list first.")
        return self.cleaned_data["email"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, ends = said.get("since"), said.get("term_ends")
        if since and ends and ends <= since:
            self.add_error("term_ends", "The term ends before it begins.")
        if bool(said.get("stands_in_for")) != (said.get("role") == Appointment.Role.SUBSTITUTE):
            self.add_error("stands_in_for", "A substitute stands in for somebody, and nobody else does.")
        elif said.get("stands_in_for") and self.held[said["stands_in_for"]].member == getattr(self, "member", None):
            self.add_error("stands_in_for", "Nobody stands in for themselves.")
        if since and said.get("seat") and self._is_taken(self.seats[said["seat"]], since):
            self.add_error("seat", "It is taken on that day. Give a term there its last day first, or add places.")
        return said

    def _is_taken(self, seat: Seat, day: date) -> bool:
        return Seat.objects.with_taken(day).get(pk=seat.pk).free == 0

    def details(self) -> dict[str, Any]:
        """What `steering.terms.appoint` takes."""
        said = self.cleaned_data
        return {
            "role": said["role"],
            "seat": self.seats.get(said.get("seat", "")),
            "substitute_for": self.held.get(said["stands_in_for"]),
            "since": said["since"],
            "term_ends": said["term_ends"],
            "is_public": said["is_public"],
        }


class RenewalForm(forms.Form):
    ends = forms.DateField(label="Until when?", widget=DAY)

    def __init__(self, *args: Any, held: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begins = begins(held)

    def clean_ends(self) -> date:
        if self.cleaned_data["ends"] <= self.begins:
            raise ValidationError(f"The next term begins on {self.begins:%-d %B %Y}: choose a later day.")
        return self.cleaned_data["ends"]


class EndForm(forms.Form):
    on = forms.DateField(label="Last day in post", widget=DAY, help_text="They keep their powers until that evening")
    reason = forms.CharField(
        label="Why it ends", max_length=60, widget=forms.TextInput(attrs={"list": "reasons"}),
        help_text="Like: The term of office was over. They read it in their own record",
    )  # fmt: skip

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])


class RulesForm(forms.ModelForm):
    """When a group may decide."""

    sectors = forms.MultipleChoiceField(
        label="Somebody must be there from",
        choices=Sector.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Rules
        fields = ["quorum", "sectors", "needs_chair", "shows_attendance"]


class SeatForm(forms.ModelForm):
    """A seat round a table. Whose table it is never changes."""

    class Meta:
        model = Seat
        fields = ["label", "sector", "places", "is_for_voice"]
        labels = {"label": "What is it called?", "places": "For how many people?"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sector = self.fields["sector"]
        sector.help_text = ""
        sector.choices = [("", "Open to any"), *(choice for choice in sector.choices if choice[0])]

    def _get_validation_exclusions(self) -> set[str]:
        """Two seats of one table never have one name, though the form does not ask for the table."""
        return super()._get_validation_exclusions() - {"group", "until_on"}

    def clean_label(self) -> str:
        return one_line(self.cleaned_data["label"])


class LineForm(forms.ModelForm):
    """What somebody says of themselves on the public page, and whether they are on it."""

    class Meta:
        model = Appointment
        fields = ["line", "is_public"]
        labels = {"line": "One line about you", "is_public": "Name me on the public page"}
        help_texts = {"line": "At most 160 letters", "is_public": ""}

    def clean_line(self) -> str:
        return one_line(self.cleaned_data["line"])


class KeyForm(forms.Form):
    """Who is to manage: for good, or as a stand-in between two days."""

    address = AddressField(label="Their e-mail address", help_text="They sign in with it; a code is mailed to it")
    from_on = forms.DateField(label="From", widget=DAY)
    until_on = forms.DateField(
        label="Until", required=False, widget=DAY, help_text="For a stand-in. Empty: until somebody says otherwise"
    )

    def clean_address(self) -> str:
        return as_written(self.cleaned_data["address"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("from_on"), said.get("until_on")
        if begins and begins < today():
            self.add_error("from_on", "Today or later.")
        if begins and ends and ends < begins:
            self.add_error("until_on", "The last day is before the first.")
        return said


class NoteForm(forms.Form):
    text = forms.CharField(
        label="For whoever comes next",
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What no list says: who to ring about the hall, which file is the right one. No passwords",
    )

    def clean_text(self) -> str:
        return cleaned(self.cleaned_data["text"]).strip()


class LookForm(forms.Form):
    """Why an administrator looks at what is closed. Chosen, not typed: an audit holds no free text about people."""

    why = forms.ChoiceField(
        label="Why do you look?",
        widget=forms.RadioSelect,
        choices=[
            ("asked", "The Executive asked me to"),
            ("broken", "Something does not work and has to be looked at"),
            ("law", "The law asks for it"),
        ],
    )
