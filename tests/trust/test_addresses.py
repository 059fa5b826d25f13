"""One person per address, however it is spelt."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from trust.addresses import compared, key_of, masked


@pytest.mark.parametrize(
    "spelling",
    [
        "Sam@Example.org",
        " sam@example.org ",
        "SAM@EXAMPLE.ORG",
        "ｓａｍ@ｅｘａｍｐｌｅ.org",
        "sam@example.org.",
        "sam@example。org",
    ],
)
def test_spellings_of_one_address_are_one_address(spelling):
    assert compared(spelling) == "sam@example.org"


def test_a_kelvin_sign_is_a_k():
    assert compared("\u212aim@example.org") == compared("kim@example.org")


def test_a_domain_is_compared_as_it_travels():
    assert compared("a@Bücher.example") == compared("a@xn--bcher-kva.example")


@pytest.mark.parametrize(
    "no_address",
    [
        "",
        "sam",
        "sam@",
        "@example.org",
        "sam@example.org\r\nBcc: eve@example.org",
        "sam@exa mple.org",
        "sam@-example.org",
        "zoë@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 260 + ".org",
        "x" * 1_000_000,
        "sam@localhost\x00.org",
        "sam@example.org>",
        '"<b>"@example.org',
        '"sam@elsewhere.org"@example.org',
    ],
)
def test_what_is_no_address_is_refused_in_words(no_address):
    with pytest.raises(ValidationError) as refused:
        compared(no_address)
    assert refused.value.messages[0].endswith((".", "com"))


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text):
    try:
        address = compared(text)
    except ValidationError:
        return
    assert address == compared(address)
    assert address.isascii() and "\n" not in address and " " not in address


def test_the_key_needs_the_sites_own_secret(settings):
    before = key_of("sam@example.org")
    settings.ADDRESS_KEY = "another-key-that-is-long-enough-for-this"
    assert len(before) == 32 and key_of("sam@example.org") != before


def test_a_masked_address_is_known_to_its_owner_only():
    assert masked("samuel@museum.example.org") == "s…l@m…e.org"
    assert "amue" not in masked("samuel@museum.example.org")
