"""The forms of second factors, in the words of people who have never met one."""

import struct

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms

NUMBER = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})
ANY_CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"})


# What reading and checking a passkey's answer raises where somebody wrote it by hand; allauth foresees a few of them.
UNSOUND = (
    AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error, InvalidSignature,
    UnsupportedAlgorithm,
)  # fmt: skip


class AnswerField(forms.JSONField):
    """What a passkey answers. It is good once: a page that is shown again does not repeat it."""

    widget = forms.HiddenInput

    def bound_data(self, data: str, initial: object) -> None:
        return None


class _Answer:
    """A form with what a passkey answers: one that is none is refused in words, however it is broken."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = AnswerField()  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except UNSOUND:
            self.add_error("credential", "That did not work. Try again, or sign in with a code by e-mail.")  # type: ignore[attr-defined]


class PasskeySignInForm(_Answer, LoginWebAuthnForm):
    """Sign in with a passkey alone."""


class PasskeySecondStepForm(_Answer, AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""


class PasskeyStillYouForm(_Answer, ReauthenticateWebAuthnForm):
    """A passkey, before changing how one signs in."""


class PasskeyForm(_Answer, AddWebAuthnForm):
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
