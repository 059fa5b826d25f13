"""The message as it is built and filled for one reader: what is previewed, shown and checked is what leaves."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from typing import TYPE_CHECKING

from lcep.site import absolute
from newsletters import emails

if TYPE_CHECKING:
    from mailings.models import Delivery
    from newsletters.models import Newsletter

# What stands in for a reader's own signed link: whoever looks at a preview must not act for the reader.
THEIR_OWN = absolute("/u/their-own-link/")
DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")


class Built:
    """One issue for one delivery (a `Delivery.sample`). `choices` stands in for the reader's own links."""

    def __init__(self, newsletter: "Newsletter", delivery: "Delivery", *, choices: str = "") -> None:
        self.newsletter, self.delivery, self.choices = newsletter, delivery, choices

    @cached_property
    def raw(self) -> bytes:
        return emails.message(self.newsletter, choices=self.choices).fill(self.delivery)

    @cached_property
    def mail(self) -> EmailMessage:
        mail = message_from_bytes(self.raw, policy=SMTP)
        assert isinstance(mail, EmailMessage)
        return mail

    @property
    def html(self) -> str:
        return part(self.mail, "html")

    @property
    def text(self) -> str:
        return part(self.mail, "plain")


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of one part ("plain" or "html") of a mail, or '' when it has none."""
    body = mail.get_body(preferencelist=(kind,))
    return body.get_content() if body else ""


def in_scheme(html: str, *, dark: bool) -> str:
    """Return a mail as a dark or a light screen shows it: only the condition of its dark rules is settled."""
    return DARK.sub("@media all" if dark else "@media not all", html)
