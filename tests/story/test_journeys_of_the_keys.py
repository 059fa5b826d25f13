"""A visitor offers to take a free seat; and journey 10, counted: a new manager without the old one."""

import re
import time
from datetime import date

import pytest

from tests.authenticator import number_shown_for
from tests.story.conftest import text_of
from tests.story.test_journeys_of_the_list import PHONE, hold

__all__ = ["hold"]
pytestmark = pytest.mark.browser
NIA = "nia.lanternjaw@example.org"
ORLA = "olive.trumpet@example.org"


def be(finger, person: str) -> None:
    """Take the place of one of the cast; not a press of the journey."""
    finger.page.goto("/demo/")
    finger.page.get_by_role("button", name=f"as {person}").first.click()
    finger.page.wait_for_load_state()


def test_a_visitor_offers_to_take_a_free_seat(house, hold):
    visitor = hold(house.address, **PHONE)
    visitor.open("/partnerships/leedscep/steering/")
    assert visitor.page.get_by_text("1 seat is free").is_visible()
    visitor.press("I am interested", role="link")
    visitor.page.get_by_label("Which seat?").select_option("Further education")
    visitor.write("Your name", "Olive Trumpet")
    visitor.write("Your e-mail address", ORLA)
    visitor.write("Why would you like to take part?", "I teach at a college.\nI have Wednesdays free.")
    time.sleep(2.1)  # nobody fills a form in less
    visitor.press("I am 18 or over: send it")
    assert visitor.page.get_by_role("heading", level=1).inner_text() == "Thank you. It is on its way."
    assert (visitor.presses, visitor.fields) == (2, 3)
    assert "within three weeks" in text_of(house.mail_to(ORLA, "thank you for your interest"))

    dee = hold(house.address)
    be(dee, "Dee")
    dee.open("/admin/steering/interest/?stands=waiting")
    dee.press("Olive Trumpet", role="link")
    assert dee.page.get_by_text("I have Wednesdays free.").is_visible()
    dee.press("Appoint them", role="link")
    dee.press("Appoint, and tell them")
    assert dee.page.get_by_text("Olive Trumpet is appointed and was told.").is_visible()
    assert "member of Steering Group" in text_of(house.mail_to(ORLA, "you are appointed"))


def test_10_a_new_manager_without_the_old_one_in_eight_presses(house, hold):
    chair = hold(house.address)
    be(chair, "Gwen")
    chair.open("/partnerships/leedscep/keys/")
    chair.write("Their e-mail address", NIA)
    chair.press("Appoint")
    assert chair.page.get_by_text("Everybody who holds a key was told by mail.").is_visible()

    began = time.monotonic()
    link = re.search(r"http\S+/handover/", text_of(house.mail_to(NIA, "you manage it"))).group(0)
    nia = hold(house.address)
    nia.open(link.replace(re.match(r"http://[^/]+", link).group(0), ""))
    nia.write("Your e-mail address", NIA)
    nia.press("Send me a code")
    code = re.search(r"\b(\d{3} ?\d{3})\b", text_of(house.mail_to(NIA, "code"))).group(1)
    nia.write("Your 6-digit code", code)
    nia.press("Sign in")
    assert nia.page.get_by_role("heading", name="One more lock before the desk").is_visible()
    nia.press("Set up an authenticator app", role="link")
    nia.write("The 6-digit number the app shows now", number_shown_for(nia.page.locator("code").first.inner_text()))
    nia.press("Set it up")
    nia.press("Go on to where you were going", role="link")

    assert nia.page.get_by_role("heading", name="What is promised").is_visible()
    words = nia.page.locator("main").inner_text().split()
    nia.press("Send a test to myself", role="link")
    nia.press("Send a test to")
    assert house.mail_to(NIA, "[Test]")
    assert chair.presses + nia.presses <= 8
    assert len(words) <= 1000, "two pages of A4"
    assert time.monotonic() - began < 20 * 60
    assert date.today().isoformat() in _file_name(nia)


def _file_name(finger) -> str:
    """The handover page as a file to keep."""
    finger.page.goto("/partnerships/leedscep/handover/")
    with finger.page.expect_download() as file:
        finger.page.get_by_role("link", name="Download as text").click()
    return file.value.suggested_filename
