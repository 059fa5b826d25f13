"""Passkeys, with the browser's own device for trying them out: it keeps keys as a phone does, and nobody touches it."""

import re

import pytest

from tests.story.conftest import text_of
from tests.story.test_journeys_of_the_keys import be
from tests.story.test_journeys_of_the_list import hold

__all__ = ["hold"]
pytestmark = pytest.mark.browser
ADA = "ada@example.org"
CHANGED = "How you sign in has changed"
ALONE = "Sign me in with this alone"


class Device:
    """What a phone or a laptop has: a place for keys, and a finger that is recognised, or not."""

    def __init__(self, page, *, knows_the_finger: bool = True) -> None:
        self.talk = page.context.new_cdp_session(page)
        self.talk.send("WebAuthn.enable")
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        kind |= {"isUserVerified": knows_the_finger, "automaticPresenceSimulation": True}
        self.talk.send("WebAuthn.addVirtualAuthenticator", {"options": kind})


def set_up(ada, *, alone: bool) -> None:
    ada.open("/accounts/second-factor/")
    ada.press("Set up a passkey", role="link")
    ada.page.get_by_label(ALONE).set_checked(alone)
    ada.press("Set it up now")
    ada.page.get_by_role("heading", name="Recovery codes").wait_for()


def take_away(ada) -> None:
    ada.open("/accounts/2fa/webauthn/")
    ada.press("Take it away", role="link")
    if "reauthenticate" in ada.page.url:
        ada.press("Use your passkey", role="link")
        ada.press("Use your passkey")
        ada.page.get_by_role("heading", name="Take “").wait_for()
    ada.press("Take it away")
    assert ada.page.get_by_text("The passkey is taken away.").is_visible()
    assert ada.page.get_by_text("You have none.").is_visible()


def sign_out(ada) -> None:
    ada.open("/accounts/logout/")
    ada.press("Sign out")


def test_a_passkey_signs_in_alone_and_its_owner_hears_of_it(house, hold):
    ada = hold(house.address)
    Device(ada.page)
    be(ada, "Ada")
    set_up(ada, alone=True)
    assert ada.page.get_by_text("Your passkey is set up.").is_visible()
    assert ada.page.locator(".codes li").count() == 10
    assert "A passkey was set up." in text_of(house.mail_to(ADA, CHANGED))
    sign_out(ada)

    ada.open("/accounts/login/?next=/me/name/")
    ada.presses = 0
    ada.press("Sign in with a passkey")
    ada.page.wait_for_url(f"{house.address}/me/name/")
    assert (ada.presses, ada.fields) == (1, 0)

    ada.open("/accounts/2fa/webauthn/")
    assert ada.page.get_by_text("It signs you in alone.").is_visible()
    take_away(ada)


def test_a_passkey_is_the_second_step_after_a_code(house, hold):
    ada = hold(house.address)
    Device(ada.page)
    be(ada, "Ada")
    set_up(ada, alone=False)
    ada.open("/accounts/2fa/webauthn/")
    ada.press("Call it something else", role="link")
    ada.write("What to call it", "My telephone")
    ada.press("Save")
    assert ada.page.get_by_role("heading", name="My telephone").is_visible()
    sign_out(ada)

    ada.open("/accounts/login/")
    ada.write("Your e-mail address", ADA)
    ada.press("Send me a code")
    code = re.search(r"\b(\d{3} ?\d{3})\b", text_of(house.mail_to(ADA, "code"))).group(1)
    ada.write("Your 6-digit code", code)
    ada.press("Sign in")
    assert ada.page.get_by_role("heading", name="One more step").is_visible()
    ada.press("Use your passkey")
    ada.page.wait_for_url(f"{house.address}/me/")
    take_away(ada)


def test_a_device_that_gives_no_passkey_is_met_with_words(house, hold):
    ada = hold(house.address)
    Device(ada.page, knows_the_finger=False)
    ada.open("/accounts/login/")
    ada.press("Sign in with a passkey")
    words = ada.page.get_by_text("This device has no passkey that signs you in alone.")
    words.wait_for(state="visible")
    assert words.evaluate("element => element === document.activeElement")

    be(ada, "Ada")
    ada.open("/accounts/2fa/webauthn/add/")
    ada.page.get_by_label(ALONE).check()
    ada.press("Set it up now")
    ada.page.get_by_text("This device gave no passkey.").wait_for(state="visible")


def test_who_has_no_javascript_is_offered_no_passkey(house, hold):
    finger = hold(house.address, java_script_enabled=False)
    finger.open("/accounts/login/")
    assert finger.page.get_by_role("button", name="Send me a code").is_visible()
    assert not finger.page.get_by_role("button", name="Sign in with a passkey").is_visible()
