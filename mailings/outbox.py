"""The outbox: every mail of the site becomes rows in the caller's transaction, and is sent from them.

No relay is spoken to here. When the caller's transaction rolls back, there was no mail; when it
commits, a sender is woken, and if that fails the next sweep finds the rows.
"""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from lcep.letters import PLAIN, Kind
from mailings import alarm
from mailings.message import OWN_HEADERS, Message
from mailings.mime import File
from mailings.models import Delivery, MailDomain, Mailing, Rendition
from mailings.models.mailings import rules_of
from members.models import Member
from trust.addresses import as_written, compared, key_of
from trust.text import one_line


class EmailBackend(BaseEmailBackend):
    """Django's door to the outbox. Letters keep the rules of their kind; any other mail is of kind plain."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue each mail for each of its recipients, all or none. Returns how many mails have a recipient.

        Raises BadHeaderError for a header that would hold several lines.
        """
        addressed = [email for email in email_messages if email.recipients()]
        with transaction.atomic():
            for email in addressed:
                Posting(email).queue()
            if addressed:
                alarm.ring_on_commit()
        return len(addressed)


class Posting:
    """One mail on its way into the rows."""

    def __init__(self, email: EmailMessage) -> None:
        self.email = email
        self.kind: Kind = getattr(email, "kind", PLAIN)
        self.partnership = getattr(email, "partnership", None)
        self.member = getattr(email, "member", None)
        key = getattr(email, "key", "")
        self.key = key if len(key) <= 120 else hashlib.sha256(key.encode()).hexdigest()

    def queue(self) -> Mailing:
        """Write mailing, rendition and deliveries; with a key that was used before, return the first mailing."""
        if not self.key:
            return self._write(f"{self.kind.name}:{uuid.uuid4().hex}")
        found = Mailing.objects.filter(key=self.key).first()
        if found:
            return found
        try:
            with transaction.atomic():
                return self._write(self.key)
        except IntegrityError:  # somebody queued it between our look and our write
            return Mailing.objects.get(key=self.key)

    def _write(self, key: str) -> Mailing:
        body = self._message().rendition
        rendition = Rendition.objects.create(
            body=body, sha256=hashlib.sha256(body).hexdigest(), secret=self.kind.secret
        )
        recipients = self._recipients()
        mailing = Mailing.objects.create(
            **rules_of(self.kind),
            key=key,
            partnership=self.partnership,
            # The subject of a secret kind may hold the code: screens show what kind of mail it was.
            subject=self.kind.title if self.kind.secret else one_line(str(self.email.subject))[:200],
            rendition=rendition,
            state=Mailing.State.SENDING,
            late_after=Now() + self.kind.late_after,
            started_at=Now(),
            candidates=len(recipients),
            prepared=len(recipients),
            excluded=0,
        )
        Delivery.objects.bulk_create([self._delivery(mailing, *recipient) for recipient in recipients])
        return mailing

    def _recipients(self) -> list[tuple[bytes, str, bool]]:
        """Return (key, address, whether mail can be sent to it) once per person, in the order given."""
        found: dict[bytes, tuple[bytes, str, bool]] = {}
        for written in self.email.recipients():
            try:
                key = key_of(compared(written))
                address, good = as_written(written), True
            except ValidationError:
                address, good, key = one_line(written)[:254], False, key_of(written)
            found.setdefault(key, (key, address, good))
        return list(found.values())

    def _delivery(self, mailing: Mailing, key: bytes, address: str, good: bool) -> Delivery:
        member = self.member or Member.objects.filter(key=key).first()
        delivery = Delivery(mailing=mailing, member=member, address=address, key=key)
        if member:
            delivery.slots = {"name": member.name}
        if not good:
            delivery.state, delivery.reason = Delivery.State.FAILED, "This is no address that mail can be sent to"
        return delivery

    def _message(self) -> Message:
        email = self.email
        text, forms = str(email.body), list(getattr(email, "alternatives", []))
        html = text if email.content_subtype == "html" else ""
        files = []
        for form in forms:
            if form[1] == "text/html" and not html:
                html = form[0]
            else:
                files.append(File(_bytes(form[0]), form[1]))
        headers = {name: str(value) for name, value in email.extra_headers.items()}
        return Message(
            str(email.subject),
            "" if email.content_subtype == "html" else text,
            html,
            partnership=self.partnership,
            marketing=self.kind.is_marketing,
            purpose=self.kind.purpose,
            sender=headers.get("From") or self._sender(),
            own_address=MailDomain.address_of(self.partnership),
            reply_to=email.reply_to or [value for name, value in headers.items() if name.lower() == "reply-to"],
            headers={name: value for name, value in headers.items() if name.lower() not in OWN_HEADERS},
            alternatives=files,
            attachments=[_file(attachment) for attachment in email.attachments],
            inlined=True,
        )

    def _sender(self) -> str:
        """The sender a caller chose; Django fills in DEFAULT_FROM_EMAIL, which is no choice."""
        from django.conf import settings

        chosen = self.email.from_email or ""
        return "" if chosen == settings.DEFAULT_FROM_EMAIL else chosen


def _file(attachment: Any) -> File:
    """Return an attachment of Django's (a MIME part, or name, content and type) as a file."""
    if isinstance(attachment, tuple):
        name, content, kind = attachment
        return File(_bytes(content), kind or "application/octet-stream", name or "attachment")
    return File(
        attachment.get_payload(decode=True) or b"",
        attachment.get_content_type(),
        attachment.get_filename() or "attachment",
    )


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else content.as_bytes()
