"""What stands on the envelope of a mail: whom it is for, and the signed address to which a bounce comes back.

Each delivery has a return path of its own. Relays may change the case of an address (RFC 5321 2.4
asks them not to, some do), so the token is written again in hexadecimal digits, whose letters have one case.
"""

import base64
import binascii
import contextlib
import re

from django.conf import settings

from lcep.constants import constant
from trust.tokens import RETURN_PATH, Broken

PREFIX = "b+"
_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\U0010ffff\"(),:;<>@\[\\\]]{1,64}@[A-Za-z0-9.-]{1,189}")


def is_plain(address: str) -> bool:
    """Whether an address can stand in an envelope without quotes: what every relay reads alike (RFC 5321 4.1.2)."""
    return _ADDRESS.fullmatch(address) is not None


def return_path(delivery_id: int) -> str:
    """Return the address to which a bounce of this delivery is sent; at most 64 characters before the @."""
    return f"{PREFIX}{RETURN_PATH.signed(delivery_id).hex()}@{constant('SITE_HOST')}"


def delivery_of(address: str) -> int:
    """Return the id of the delivery that a return path was made for. Raises Broken for any other address."""
    local, _, host = address.strip("<> ").lower().rpartition("@")
    if not local.startswith(PREFIX) or host != settings.SITE_HOST.lower():
        raise Broken("no return path")
    raw = _raw(local.removeprefix(PREFIX))
    (delivery,) = RETURN_PATH.read(base64.urlsafe_b64encode(raw).decode().rstrip("="))
    return delivery


def _raw(code: str) -> bytes:
    """Return a token's bytes; mail that left before it was hexadecimal carries base32, and may bounce for days."""
    with contextlib.suppress(ValueError):
        return bytes.fromhex(code)
    try:
        return base64.b32decode(code.upper() + "=" * (-len(code) % 8))
    except binascii.Error:
        raise Broken("spelling") from None
