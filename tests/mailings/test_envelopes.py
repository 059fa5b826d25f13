"""A bounce comes back to an address that says, signed, which delivery it was."""

import base64

import pytest

from mailings.envelope import delivery_of, return_path
from trust.tokens import Broken


@pytest.mark.parametrize("number", [1, 300, 2**40])
def test_a_return_path_survives_any_change_of_case(number):
    address = return_path(number)
    assert len(address.partition("@")[0]) <= 64
    for spelt in (address, address.upper(), address.title(), f"<{address}>"):
        assert delivery_of(spelt) == number


def test_mail_that_left_in_base32_still_finds_home():
    raw = bytes.fromhex(return_path(77).removeprefix("b+").partition("@")[0])
    older = base64.b32encode(raw).rstrip(b"=").decode().lower()
    assert delivery_of(f"b+{older}@localhost") == delivery_of(f"b+{older.upper()}@localhost") == 77


@pytest.mark.parametrize("address", ["", "b+@localhost", "ada@example.org", "b+aaaa@localhost", "b+\x00@localhost"])
def test_any_other_address_is_none(address):
    with pytest.raises(Broken):
        delivery_of(address)


def test_a_changed_letter_is_noticed():
    address = return_path(12345)
    for at in range(2, address.index("@")):
        changed = address[:at] + ("a" if address[at] != "a" else "b") + address[at + 1 :]
        with pytest.raises(Broken):
            delivery_of(changed)


def test_another_host_is_not_ours():
    with pytest.raises(Broken):
        delivery_of(return_path(5).replace("localhost", "example.org"))
