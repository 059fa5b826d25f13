"""A form that anybody may send: an address that is compared, a trap for machines, and how long the page was open."""

import time

from django import forms
from django.core.exceptions import ValidationError

from trust.addresses import compared
from trust.tokens import FORM_OPENED, Broken

TOO_FAST = 2  # seconds between opening a page and pressing its button


class AddressField(forms.CharField):
    """An e-mail address as people write it; its comparison is trust.addresses'."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"})
    default_error_messages = {"required": "Enter an e-mail address, like name@example.com"}

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=320, **kwargs)

    def clean(self, value: str) -> str:
        address = super().clean(value)
        compared(address)
        return address


class GuardedForm(forms.Form):
    """Anybody may send it: `opened` says when the page was made, and `website` is a field that people do not see."""

    website = forms.CharField(
        required=False,
        label="Leave this empty",
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["opened"] = FORM_OPENED.sign(int(time.time()))

    @property
    def looks_like_a_machine(self) -> bool:
        """A filled trap or an impossible speed; the answer is the same, and no mail goes."""
        (opened,) = FORM_OPENED.read(self.cleaned_data["opened"])
        return bool(self.cleaned_data["website"]) or time.time() - opened < TOO_FAST

    def clean_opened(self) -> str:
        try:
            FORM_OPENED.read(self.cleaned_data["opened"])
        except Broken:
            # Open for a day, or tampered with: a fresh stamp, with what was typed still there.
            self.data = self.data.copy()  # type: ignore[attr-defined]  # of a request: a QueryDict
            self.data["opened"] = FORM_OPENED.sign(int(time.time()))  # type: ignore[index]
            raise ValidationError("This page was open for a long time. Press the button once more.") from None
        return self.cleaned_data["opened"]
