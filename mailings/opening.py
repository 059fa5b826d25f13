"""Opening a connection to the relay: smtplib connects, encrypts and signs in; what fails is said in words."""

import smtplib
import socket
import ssl

from django.conf import settings

from mailings.ear import text
from mailings.relay import Relay
from mailings.replies import Hurt, Reply, Trouble

OPENING = 30.0  # seconds to connect, greet and encrypt


def opened(relay: Relay) -> smtplib.SMTP:
    """Return a connection on which mail may be spoken. Raises Hurt: nothing has been begun."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(relay)
        _greet(smtp, relay)
        return smtp
    except Exception as error:
        if smtp is not None:
            smtp.close()
        trouble = _trouble(error)
        if trouble is None:
            raise
        raise Hurt(trouble) from None


def _connected(relay: Relay) -> smtplib.SMTP:
    name = settings.SITE_HOST
    if relay.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(relay.host, relay.port, local_hostname=name, timeout=OPENING, context=context)
    return smtplib.SMTP(relay.host, relay.port, local_hostname=name, timeout=OPENING)


def _greet(smtp: smtplib.SMTP, relay: Relay) -> None:
    smtp.ehlo_or_helo_if_needed()
    if relay.tls == "starttls" or (relay.tls == "offered" and smtp.has_extn("starttls")):
        context = ssl.create_default_context()
        if relay.tls == "offered":  # better than nothing against a listener, no proof of who it is
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        smtp.starttls(context=context)
        smtp.ehlo()
    if relay.user:
        smtp.login(relay.user, relay.password)
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _trouble(error: Exception) -> Trouble | None:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = Reply(error.smtp_code, text(error.smtp_error))
        is_ours = isinstance(error, smtplib.SMTPAuthenticationError) and reply.code >= 500
        sentence = "It does not accept our password" if is_ours else "It does not let us in"
        return Trouble(f"{sentence} ({str(reply)[:200]})", is_ours)
    if isinstance(error, ssl.SSLError):
        return Trouble(f"It could not be spoken to in private ({error.reason or 'TLS'})", is_ours=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Trouble("It offers no encryption or no way to sign in, as we were told it would", is_ours=True)
    if isinstance(error, OSError | smtplib.SMTPException):
        return Trouble(f"It could not be reached ({type(error).__name__})")
    return None
