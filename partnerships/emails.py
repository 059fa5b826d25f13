"""What the directory writes: one function per message."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from lcep.letters import SERVICE, Kind, Letter, written
from partnerships.models import Enquiry, Stewardship
from partnerships.pages import keeper

ENQUIRY = Kind("enquiry", "A question from a contact page", SERVICE, late_after=timedelta(days=3))


def enquiry_received(enquiry: Enquiry) -> list[Letter]:
    """One letter to each person who holds the role that was named above the form; "Reply" answers the asker."""
    subject, text, html = written("enquiry_received", {"enquiry": enquiry, "partnership": enquiry.partnership})
    return [
        Letter(
            ENQUIRY,
            address,
            subject,
            text,
            html,
            member=member,
            partnership=enquiry.partnership if enquiry.reader == Enquiry.Reader.MANAGER else None,
            key=f"enquiry {enquiry.pk} {address}",
            reply_to=[enquiry.email],
        )
        for address, member in _readers(enquiry)
    ]


def _readers(enquiry: Enquiry) -> list[tuple[str, Any]]:
    """The address and (where there is one) the member of everybody who reads this enquiry today."""
    if enquiry.reader != Enquiry.Reader.KEEPER and enquiry.partnership:
        held = Stewardship.objects.current().select_related("member")
        of_region = enquiry.reader == Enquiry.Reader.OFFICER
        held = (
            held.filter(region=enquiry.partnership.region)
            if of_region
            else held.filter(partnership=enquiry.partnership)
        )
        return [(row.member.mail_to, row.member) for row in held]
    if keeper(settings.DEFAULT_FROM_EMAIL):
        return [(settings.DEFAULT_FROM_EMAIL, None)]
    terms: Any = get_user_model()._meta.get_field("administrations").related_model
    return [(term.member.mail_to, term.member) for term in terms.objects.current().select_related("member")]
