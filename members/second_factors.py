"""The forms of second factors, in the words of people who have never met one."""

import struct
from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms

NUMBER = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})
ANY_CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"})


NO_PASSKEY = "That did not work: the device gave no passkey that we know. Try again, or choose another way"
LONGEST_NAME = 60
# What reading and checking a passkey's answer raises where somebody wrote it by hand; allauth foresees a few of them.
UNSOUND = (
    AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error, InvalidSignature,
    UnsupportedAlgorithm,
)  # fmt: skip


class Adapter(DefaultMFAAdapter):
    """What allauth asks of a site about second factors: here, the words for a number that is not the one of now."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That number does not fit. It changes every half minute: type the one the app shows now"
    }


class AnswerField(forms.JSONField):
    """What a passkey answers. It is good once: a page that is shown again does not repeat it."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(("required", "invalid"), NO_PASSKEY)

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
            is_sound = "credential" not in self.errors  # type: ignore[attr-defined]
        except UNSOUND:
            is_sound = False
        if not is_sound:
            self.errors["credential"] = self.error_class([NO_PASSKEY], renderer=self.renderer)  # type: ignore[attr-defined]


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
        self.fields["name"] = _name_field(required=False)
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = "Sign me in with this alone, without a code by e-mail"
            self.fields["passwordless"].help_text = ""


class PasskeyNameForm(EditWebAuthnForm):
    """What a passkey is called from now on."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field(error_messages={"required": "Give it a name, like: my phone"})


def _name_field(**more: Any) -> forms.CharField:
    hint = "So that you know it again, like: my phone, the office laptop"
    return forms.CharField(label="What to call it", max_length=LONGEST_NAME, help_text=hint, **more)


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
