"""A mail that a relay signs verifies afterwards, with both unsubscribe headers under the signature (RFC 8058 4)."""

import base64
import re
import uuid

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailings.blank import Blank
from mailings.mime import END
from tests.mailings.test_the_linter import HTML, LEEDS, TEXT, Delivery, Member, Message

COVERED = [b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"]
HOSTILE = ["Ada", "\r\nBcc: x@example.org", ".", "👩🏽‍🎨", "é" * 10_000, "עדה", "=?utf-8?q?x?="]


@pytest.fixture(scope="module")
def keys():
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_arrives_verifies(keys, name):
    private, public = keys
    message = Message("News", TEXT, HTML, partnership=LEEDS, marketing=True, purpose="newsletter")
    made = Delivery.sample(Member(pk=42, mail_to="ada@example.org", name=name))
    made.public_id, made.mailing_id = uuid.UUID(int=5), 9
    on_the_wire = b"".join(Blank(message.rendition).wire(made))
    arrived = on_the_wire.removesuffix(END).replace(b"\r\n..", b"\r\n.")
    signed = dkim.sign(arrived, b"lcep", b"leedscep.example.org", private, include_headers=COVERED) + arrived
    fields = re.search(rb"h=([^;]*);", signed.replace(b"\r\n", b"")).group(1).lower().replace(b" ", b"").split(b":")
    assert set(COVERED) <= set(fields)
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: public)
    changed = signed.replace(b"one-click/", b"one-click?/", 1)
    assert not dkim.verify(changed, dnsfunc=lambda name, timeout=5: public)
