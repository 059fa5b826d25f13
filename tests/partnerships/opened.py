"""A mail of the outbox as its reader gets it."""

from email import message_from_bytes, policy

from mailings.blank import Blank
from mailings.models import Mailing


def opened(mailing: Mailing) -> tuple[str, str, str]:
    """Return the subject, the text and the HTML of a mail to one person, decoded."""
    message = message_from_bytes(Blank(mailing.rendition.body).fill(mailing.deliveries.get()), policy=policy.default)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return message["Subject"], text, html
