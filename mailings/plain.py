"""A way out through any other e-mail backend of Django (a provider's API, for instance), one mail at a time."""

import contextlib
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed

from django.core.mail import EmailMultiAlternatives, get_connection

from mailings.envelope import return_path
from mailings.errands import Errand, Office
from mailings.journal import Full, Journal
from mailings.relay import Relay
from mailings.replies import Judgement, Trouble
from mailings.verdicts import BACK, DOUBT, DOUBTFUL, FAILED, OUR_FAULT, SENT
from mailings.wire import NO_NOTES, boottime

_OURS = {"subject", "from", "to", "content-type", "content-transfer-encoding", "mime-version", "reply-to"}


class PlainLine:
    """Carries mail like `wire.Line`. What a backend raises while it sends says nothing sure: that is a doubt."""

    def __init__(self, relay: Relay, journal: Journal, per_connection: int) -> None:
        self.journal = journal
        self.backend = get_connection(relay.backend)

    def carry(self, errand: Errand, office: Office) -> None:
        while errand is not None:
            if office.begin(errand):
                office.report(errand, self._carried(errand), None)
            errand = office.at_hand()

    def _carried(self, errand: Errand) -> Judgement:
        try:
            mail = _as_django(errand.fill(), errand)
        except Exception as error:
            return Judgement(FAILED, f"{OUR_FAULT} ({type(error).__name__})")
        try:
            self.backend.open()
        except Exception as error:
            return Judgement(BACK, trouble=Trouble(f"It could not be reached ({type(error).__name__})"))
        try:
            self.journal.begun(errand.id, errand.attempt)
        except Full:
            return Judgement(BACK, trouble=NO_NOTES)
        if boottime() > errand.permit:
            return Judgement(BACK)
        try:
            taken = self.backend.send_messages([mail])
        except Exception as error:
            return Judgement(DOUBT, DOUBTFUL, Trouble(f"It failed ({type(error).__name__})"))
        if not taken:
            return Judgement(FAILED, "The way out did not take this mail.")
        with contextlib.suppress(Full):
            self.journal.accepted(errand.id, errand.attempt)
        return Judgement(SENT)

    def close(self) -> None:
        self.backend.close()

    def cut(self) -> None:
        """Nothing of a strange backend can be cut safely; its own timeouts must do."""


def _as_django(raw: bytes, errand: Errand) -> EmailMultiAlternatives:
    """Return a mail of ours as an object that every backend understands."""
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, Parsed)
    headers = {name: str(value) for name, value in parsed.items() if name.lower() not in _OURS}
    text = parsed.get_body(("plain",))
    mail = EmailMultiAlternatives(
        str(parsed["Subject"]),
        text.get_content() if text else "",
        str(parsed["From"]),
        [errand.address],
        headers={**headers, "Return-Path": return_path(errand.id)},
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
    )
    html = parsed.get_body(("html",))
    if html:
        mail.attach_alternative(html.get_content(), "text/html")
    for part in parsed.iter_attachments():
        if part not in (text, html):
            mail.attach(part.get_filename(), part.get_payload(decode=True), part.get_content_type())
    return mail
