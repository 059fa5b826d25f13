"""The forms of second factors, in the words of people who have never met one."""

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

NUMBER = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})
ANY_CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"})


class PasskeyForm(AddWebAuthnForm):
    """Name a passkey; the browser asks for the finger, the face or the PIN."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = "This device"
        self.fields["name"].label = "What to call it"
        self.fields["name"].help_text = "So that you know it again, like: my phone, the office laptop"
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = "Sign me in with this alone, without a code by e-mail"
            self.fields["passwordless"].help_text = ""


class AuthenticatorForm(ActivateTOTPForm):
    """The first number of a new authenticator app."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The 6-digit number the app shows now"
        self.fields["code"].widget = NUMBER


class _AnyCode:
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The number your authenticator app shows, or one of your recovery codes"  # type: ignore[attr-defined]
        self.fields["code"].widget = ANY_CODE  # type: ignore[attr-defined]


class SecondStepForm(_AnyCode, AuthenticateForm):
    """The second step of signing in."""


class StillYouForm(_AnyCode, ReauthenticateForm):
    """The same, before changing how one signs in."""
