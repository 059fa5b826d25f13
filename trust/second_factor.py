"""Whether this session was opened with a second factor."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in member has a passkey or an authenticator, or is one of the demo's cast.

    allauth's sign-in stage asks everyone who has a factor for it, so having one means it was used or
    was set up in this very session.
    """
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user)):
        return True
    strong = [Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP]
    return Authenticator.objects.filter(user=request.user, type__in=strong).exists()
