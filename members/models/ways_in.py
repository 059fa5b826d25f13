"""What a member signs in with besides a code by e-mail; the rows are allauth's."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from members.models.members import Member


def take_away_since(member: Member, since: datetime) -> None:
    """Take away every passkey, app and recovery code that was set up since then. Twice changes nothing.

    Never a manager's: they guard other people's addresses, and whoever reads her mail must not lift them. Who holds
    a key lets her in again.
    """
    if member.is_staff:
        return
    Authenticator.objects.filter(user=member, created_at__gte=since).delete()
