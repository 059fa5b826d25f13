"""What the directory writes: one function per message."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.letters import SERVICE, Kind, Letter, written
from lcep.site import absolute
from partnerships.models import Confirmation, Enquiry, Stewardship
from partnerships.pages import keeper
from partnerships.said import said_of
from trust.tokens import STILL_RIGHT

STILL_RIGHT_ASKED = Kind(
    "still-right", "The question whether an entry is still right", SERVICE, late_after=timedelta(days=7)
)
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


def still_right(confirmation: Confirmation) -> Letter:
    """All that we say of a listed partnership, and the two buttons. It comes from the site itself."""
    link = absolute(reverse("partnerships:still_right", args=[STILL_RIGHT.sign(confirmation.pk)]))
    partnership = confirmation.partnership
    context = {
        "partnership": partnership,
        "page": absolute(partnership.get_absolute_url()),
        "facts": said_of(partnership),
        "link": link,
        "until": localdate(confirmation.asked_at) + timedelta(days=STILL_RIGHT.days or 0),
    }
    subject, text, html = written("still_right", context)
    return Letter(STILL_RIGHT_ASKED, confirmation.sent_to, subject, text, html, key=f"still right {confirmation.pk}")


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
