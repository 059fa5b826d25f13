"""Signed links: one purpose each, worth nothing with any byte changed."""

import hmac
import re
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from trust import tokens
from trust.tokens import CHOICES, CONFIRM, REGISTER, Broken, Expired

ids = st.integers(min_value=0, max_value=2**62)


@given(ids, ids)
def test_a_token_gives_back_what_was_signed(member, partnership):
    assert CHOICES.read(CHOICES.sign(member, partnership)) == (member, partnership)


@given(ids, st.data())
def test_any_changed_character_is_refused(pk, data):
    token = CONFIRM.sign(pk)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_=+/ é"))
    changed = token[:place] + other + token[place + 1 :]
    if changed != token:
        with pytest.raises(Broken):
            CONFIRM.read(changed)


@given(st.text(max_size=200))
def test_any_text_at_all_is_refused_without_a_crash(text):
    for token in REGISTER:
        with pytest.raises(Broken):
            token.read(text)


def test_a_token_for_one_purpose_opens_no_other_door():
    for one in REGISTER:
        for other in REGISTER:
            if one is not other:
                with pytest.raises(Broken):
                    other.read(one.sign(*range(1, len(one.ids) + 1)))


def test_a_confirmation_works_for_seven_days_and_then_says_whose_it_was():
    with time_machine.travel("2026-11-01 12:00", tick=False):
        token = CONFIRM.sign(7)
    with time_machine.travel("2026-11-08 12:00", tick=False):
        assert CONFIRM.read(token) == (7,)
    with time_machine.travel("2026-11-09 12:00", tick=False), pytest.raises(Expired) as expired:
        CONFIRM.read(token)
    assert expired.value.ids == (7,)


def test_a_link_to_leave_never_expires():
    with time_machine.travel("2026-11-01", tick=False):
        token = CHOICES.sign(1, 2)
    with time_machine.travel("2036-11-01", tick=False):
        assert CHOICES.read(token) == (1, 2)


def test_keys_are_rotated_without_breaking_links(settings):
    old = CHOICES.sign(1, 2)
    settings.TOKEN_KEYS = ["a-new-key-that-signs-from-now-on-abcdef", *settings.TOKEN_KEYS]
    assert CHOICES.read(old) == (1, 2)
    assert CHOICES.sign(1, 2) != old
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    with pytest.raises(Broken):
        CHOICES.read(old)


def test_codes_of_purposes_are_unique():
    assert len({token.code for token in REGISTER}) == len(REGISTER)


def test_tokens_are_short_enough_for_a_header():
    assert all(len(token.sign(*[10**9] * len(token.ids))) <= 44 for token in REGISTER)


def test_nothing_else_on_the_site_signs():
    root = Path(__file__).resolve().parents[2]
    apps = ["lcep", "trust", "partnerships", "members", "mailings", "pods", "newsletters", "demo"]
    found = [
        path.relative_to(root)
        for app in apps
        for path in (root / app).rglob("*.py")
        if re.search(r"\b(core\.signing|Signer\b|signing\.(dumps|loads))", path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_a_signature_is_hmac_as_everybody_computes_it(length):
    key, body = "k" * length, b"\x01\x02\x03"
    assert tokens._signature(key, body) == hmac.digest(key.encode(), b"lcep token\0" + body, "sha256")[:15]
