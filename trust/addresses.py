"""How e-mail addresses are compared: one person per address under case, Unicode and IDNA tricks."""

import hashlib
import hmac
import unicodedata
from functools import lru_cache

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

FORMAT = "Enter an e-mail address in the correct format, like name@example.com"


def compared(address: str) -> str:
    """Return the form in which two addresses are the same: NFKC, case-folded, the domain in IDNA 2008.

    Raises ValidationError, in words for a form, when it is no address that mail can be sent to.
    At most 254 characters in all and 64 before the @ (RFC 5321 4.5.3.1).
    """
    if len(address) > 320:
        raise ValidationError("An e-mail address has at most 254 characters.")
    local, at, domain = unicodedata.normalize("NFKC", address).strip().rpartition("@")
    if not at or not local or not domain:
        raise ValidationError(FORMAT)
    local = local.casefold()
    if local.startswith('"'):  # allowed by RFC 5321 4.1.2, read alike by no two relays, and nobody's address
        raise ValidationError(FORMAT)
    if not local.isascii():
        raise ValidationError("The part before the @ can only hold plain letters, so we cannot write to it.")
    try:
        domain = _in_ascii(domain)
    except idna.IDNAError:
        raise ValidationError(FORMAT) from None
    whole = f"{local}@{domain}"
    if len(whole) > 254 or len(local) > 64:
        raise ValidationError("An e-mail address has at most 254 characters, 64 of them before the @.")
    try:
        validate_email(whole)
    except ValidationError:
        raise ValidationError(FORMAT) from None
    return whole


def as_written(address: str) -> str:
    """Return the address as its owner writes it, fit for an envelope (the domain in ASCII)."""
    local, _, domain = unicodedata.normalize("NFKC", address).strip().rpartition("@")
    return f"{local}@{_in_ascii(domain)}"


@lru_cache(maxsize=4096)
def _in_ascii(domain: str) -> str:
    """Return a domain as it stands in an envelope (IDNA 2008). A list of thousands has few domains."""
    return idna.encode(domain.rstrip(".").casefold(), uts46=True).decode()


def key_of(address: str) -> bytes:
    """Return the 32-byte keyed hash of a compared address: what suppression remembers instead of it."""
    return hmac.new(settings.ADDRESS_KEY.encode(), address.encode(), hashlib.sha256).digest()


def masked(address: str) -> str:
    """Return an address that only its owner recognises: s…m@e…e.org."""
    local, _, domain = address.partition("@")
    host, _, ending = domain.rpartition(".")

    def shorten(word: str) -> str:
        return f"{word[:1]}…{word[-1:]}" if len(word) > 2 else f"{word[:1]}…"

    return f"{shorten(local)}@{shorten(host)}.{ending}"
