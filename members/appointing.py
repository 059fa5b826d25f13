"""What the two commands that appoint somebody have in common."""

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.urls import reverse

from lcep.site import absolute
from members.models import Member

NEXT = (
    "Next: sign in at {sign_in} with a code mailed to that address, then set up a passkey or an authenticator "
    "when asked. Only then does {desk} open."
)


def member_at(email: str) -> Member:
    """Return the member at this address, made if need be. Raises CommandError for what is no address."""
    try:
        return Member.objects.welcome(email)
    except ValidationError as error:
        raise CommandError(f"{email!r} is not an e-mail address: {' '.join(error.messages)}") from error


def what_comes_next() -> str:
    return NEXT.format(sign_in=absolute(reverse("account_login")), desk=absolute(reverse("admin:index")))
