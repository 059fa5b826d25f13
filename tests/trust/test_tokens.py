"""Signed links: one purpose each, worth nothing with any byte changed."""

import ast
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from tests.routes import named
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


# Whatever else hashes with a key, or makes something nobody can guess: where, and why it is no token of the register.
SECRETS = {
    "trust/tokens.py": "the register itself",
    "trust/addresses.py": "an address as suppression remembers it: nobody is handed it",
    "lcep/environment.py": "keys for trying the site out",
    "lcep/probes.py": "compares METRICS_TOKEN",
    "members/models/join_requests.py": "a 6-digit code, hashed; and the mark of the browser that asked",
    "members/views/own.py": "a 6-digit code, hashed in the session that asked",
    "newsletters/forms/afterwards.py": "whether the words are those that were shown: a checksum without a key",
    "newsletters/models/pictures.py": "the address of a picture, which stands in every newsletter",
    "mailings/slots.py": "marks of this process in its own memory",
    "mailings/models/deliveries.py": "the key of an address that is forgotten, so that no other row has it",
    "pods/refs.py": "addresses of groups and meetings that do not count upwards: they open nothing by themselves",
    "demo/capture.py": "names of files",
}
APPS = ["lcep", "trust", "partnerships", "members", "mailings", "pods", "meetings", "newsletters", "steering", "demo"]
SIGNS = {"hmac", "secrets", "django.core.signing", "django.utils.crypto", "itsdangerous", "jwt", "random"}


def test_nothing_else_on_the_site_signs():
    """Every module that imports what signs or makes secrets is listed with its reason; nobody uses Django's signing."""
    root = Path(__file__).resolve().parents[2]
    found: dict[str, set[str]] = {}
    for app in ["lcep", *(app.name for app in apps.get_app_configs() if Path(app.path).parent == root)]:
        for path in (root / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
                if used := SIGNS & set(names):
                    found.setdefault(str(path.relative_to(root)), set()).update(used)
    assert {path for path, used in found.items() if used - {"random"}} == set(SECRETS)
    assert not any("django.core.signing" in used for used in found.values())
    of_chance = {path for path, used in found.items() if "random" in used}
    assert not of_chance & set(SECRETS), "what can be guessed makes no secret"


@pytest.mark.parametrize("token", REGISTER, ids=lambda token: token.name)
def test_each_token_says_its_purpose_its_life_and_what_its_door_does(token):
    assert token.ids and token.path and token.get and token.post
    ids = tuple(range(1, len(token.ids) + 1))
    with time_machine.travel("2026-11-01 12:00", tick=False):
        signed = token.sign(*ids)
    for days, holds in ((0, True), (token.days or 9999, True), ((token.days or 9999) + 1, token.days is None)):
        with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=days), tick=False):
            if holds:
                assert token.read(signed) == ids
            else:
                with pytest.raises(Expired):
                    token.read(signed)


def test_a_key_of_another_purpose_opens_no_door(db, client):
    """Every address with a token in it, with a sound token made for something else, and with none of ours."""
    doors = [route for route in named() if "token" in route.needs]
    seen = set()
    for route in doors:
        for wrong in (CHOICES.sign(1, 99), CONFIRM.sign(1 << 40), "A" * 27, "\0"):
            address = route.address(dict.fromkeys(route.needs, 1) | {f"{route.name}: token": wrong})
            seen.add(address.split("/")[1])
            for ask in (client.get, client.post):
                assert ask(address).status_code in {404, 405, 410}, (route.name, wrong)
    assert seen == set(tokens.DOORS)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_a_signature_is_hmac_as_everybody_computes_it(length):
    key, body = "k" * length, b"\x01\x02\x03"
    assert tokens._signature(key, body) == hmac.digest(key.encode(), b"lcep token\0" + body, "sha256")[:15]
