"""A message: rendered once, encoded once, cut into bytes and slots, and filled for each recipient.

A rendition is the whole mail as it leaves, headers included: the id of its partnership (or nothing),
then bytes and slots in turn, NULs between them. A slot is written `place:name`, where place is how
its value is encoded (`slots.PLACES`). To fill is to join: a thousandth of the work of rendering.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import getaddresses, parseaddr
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError

from lcep.letters import inlined
from lcep.site import absolute
from mailings import mime
from mailings.blank import Blank
from mailings.mime import CRLF, File
from mailings.slots import slot
from partnerships.models import Partnership

# What a message says through its fields, once; never through `headers`.
OWN_HEADERS = {
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "content-type", "reply-to", "sender",
    "content-transfer-encoding", "return-path",
}  # fmt: skip


@dataclass
class Message:
    """What a mailing says. `html` is a whole document; its CSS is inlined when the message is encoded.

    Subject, text and HTML may hold markers from `slot()`. Marketing needs a partnership and a purpose
    and carries the headers of RFC 2369, 2919, 5064 and 8058; service mail says that a machine wrote it
    (RFC 3834). Only CRLF leaves, no line is longer than 998 bytes, and no value can add a header.
    """

    subject: str
    text: str
    html: str = ""
    partnership: Partnership | None = field(default=None, kw_only=True)
    marketing: bool = field(default=False, kw_only=True)
    purpose: str = field(default="", kw_only=True)
    archived_at: str = field(default="", kw_only=True)
    web_url: str = field(default="", kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    sender: str = field(default="", kw_only=True)
    own_address: str = field(default="", kw_only=True)  # MailDomain.address_of(partnership)
    reply_to: Sequence[str] = field(default=(), kw_only=True)
    alternatives: Sequence[File] = field(default=(), kw_only=True)
    attachments: Sequence[File] = field(default=(), kw_only=True)
    inlined: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if self.marketing and (self.partnership is None or not self.purpose):
            raise ValueError("marketing mail needs a partnership and the purpose its readers chose (PECR reg. 22)")
        for name in self.headers:
            if name.lower() in OWN_HEADERS:
                raise BadHeaderError(f"{name} is said once, by the message itself")

    @cached_property
    def rendition(self) -> bytes:
        """The message encoded once, its slots between NULs."""
        body = self._body()
        owner = str(self.partnership.pk) if self.partnership else ""
        return owner.encode() + b"\0" + CRLF.join([*self._headers(), *body.head, b"", body.body])

    def fill(self, delivery: Any) -> bytes:
        """Return the whole mail as it leaves for one delivery (saved, or a `Delivery.sample`)."""
        return Blank(self.rendition).fill(delivery)

    def _headers(self) -> Iterator[bytes]:
        yield mime.mailbox_header("From", [self._sender()])
        yield mime.machine_header("To", slot("address"))
        if replies := list(self.reply_to) or ([self.partnership.reply_address] if self.partnership else []):
            yield mime.mailbox_header("Reply-To", getaddresses(replies))
        yield mime.header("Subject", " ".join(self.subject.split()))
        yield mime.machine_header("Date", slot("date"))
        yield mime.machine_header("Message-ID", f"<{slot('public_id')}@{settings.SITE_HOST}>")
        yield b"MIME-Version: 1.0"
        own = {name.lower() for name in self.headers}
        usual = self._list_headers() if self.marketing else {"Auto-Submitted": "auto-generated"}
        yield from (mime.machine_header(name, value) for name, value in usual.items() if name.lower() not in own)
        yield from (mime.header(name, value) for name, value in self.headers.items())

    def _sender(self) -> tuple[str, str]:
        """Who it is from: the caller says it, else the partnership, at its own domain if it has one, else the site."""
        if self.partnership and not self.sender:
            return self.partnership.name, self.own_address or self.partnership.mail_address
        return parseaddr(self.sender or settings.DEFAULT_FROM_EMAIL)

    def _list_headers(self) -> dict[str, str]:
        """Return what a mailing list says of itself (RFC 2369, 2919, 5064, 8058), and nothing twice."""
        partnership = self.partnership
        assert partnership is not None
        page = absolute(partnership.get_absolute_url())
        found = {
            "List-Id": f"<{partnership.list_id}>",
            "List-Unsubscribe": f"<{slot('one_click_url')}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Help": f"<{slot('choices_url')}>",
            "List-Owner": f"<mailto:{partnership.reply_address}>",
            "List-Archive": f"<{page}newsletters/>",
            "List-Post": "NO",
            "Feedback-ID": f"{slot('mailing_id')}:{self.purpose}:{partnership.slug}:lcep",
            "Precedence": "bulk",
        }
        archived = self.archived_at or self.web_url
        return found | ({"Archived-At": f"<{archived}>"} if archived else {})

    def _body(self) -> mime.Part:
        forms = [mime.text_part(self.text, "plain")]
        if self.html:
            forms.append(mime.text_part(self.html if self.inlined else inlined(self.html), "html"))
        forms += [form.part() for form in self.alternatives]
        digest = hashlib.sha256("\0".join([self.subject, self.text, self.html]).encode("utf-8", "replace")).hexdigest()
        words = mime.multipart("alternative", forms, f"=_a{digest[:24]}")
        return mime.multipart("mixed", [words, *(file.part() for file in self.attachments)], f"=_m{digest[:24]}")
