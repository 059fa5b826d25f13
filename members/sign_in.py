"""Signing in by a mailed code, through allauth: one way in for joining, coming back and managing."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import context
from django import forms
from django.http import HttpRequest, HttpResponse

from members import caps, emails
from members.models import Device, Member
from trust.addresses import compared

WORKING_DAY = timedelta(hours=10)
NINETY_DAYS = timedelta(days=90)
WAYS_IN = {
    "mfa/email/webauthn_added": "A passkey was set up.",
    "mfa/email/webauthn_removed": "A passkey was taken away.",
    "mfa/email/totp_activated": "An authenticator app was set up.",
    "mfa/email/totp_deactivated": "The authenticator app was taken away.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; older ones no longer work.",
}


class Backend(AuthenticationBackend):
    """Finds members for sessions. Nobody has a password, so nobody signs in with one."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """One becomes a member by joining a mailing list; there is no other door."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the sign-in code in our own words; links come from SITE_URL, never from the request's host."""
        if template_prefix == "account/email/login_code":
            emails.sign_in_code(Member.objects.get(email=email), context["code"]).send()

    def login(self, request: HttpRequest, user: Member) -> None:
        """A device stays signed in 90 days for members and leaders, a working day for managers."""
        super().login(request, user)
        stays = WORKING_DAY if user.is_staff else NINETY_DAYS
        request.session.set_expiry(int(stays.total_seconds()))
        Device.note(user, request.session.session_key or "", request.headers.get("User-Agent", ""))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say what became of a passkey or an app, and why a passkey failed; our own pages say everything else."""
        if (message_template or "").startswith("mfa/") or kwargs.get("message"):
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(self, template_prefix: str, user: Member, *args: Any, **kwargs: Any) -> None:
        """Tell the owner, in our own words, that a way to sign in came or went."""
        if what := WAYS_IN.get(template_prefix):
            emails.ways_in_changed(user, what).send()


class AddressForm(RequestLoginCodeForm):
    email = forms.CharField(
        label="Your e-mail address",
        max_length=320,
        help_text="We send you a 6-digit code. There is no password.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_email(self) -> str:
        """Compare the address as every door of this site does, and mail each one a few times an hour at most."""
        self.cleaned_data["email"] = compared(self.cleaned_data["email"])
        address = super().clean_email()
        if not caps.to_sign_in(context.request, address):
            self._user = None  # the page looks the same; no mail goes
        if self._user is None:
            emails.as_if_sent(emails.nobodys_code(address))
        return address


class CodeForm(ConfirmLoginCodeForm):
    code = forms.CharField(
        label="Your 6-digit code",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": "Type the 6-digit code from the e-mail"},
    )

    def clean_code(self) -> str:
        """People type codes with the space they see in the mail."""
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        return super().clean_code()


def sign_in(request: HttpRequest, member: Member, redirect_url: str) -> HttpResponse:
    """Sign in whoever has just shown that the address is theirs, through allauth's stages.

    Django's own login() would step over the second factor of a manager.
    """
    record_authentication(request, member, method="code", email=member.email)
    return perform_login(request, Login(user=member, email=member.email, redirect_url=redirect_url))
