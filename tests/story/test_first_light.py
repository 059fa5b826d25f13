"""From an empty machine to a newsletter in an inbox, with the keyboard only."""

import re
import time

import pytest

from tests.story.conftest import Hands, text_of

pytestmark = pytest.mark.browser
ZOE = "zoe.example@example.org"


def test_from_the_front_page_to_a_newsletter_and_out_again(browser, house, page, hands):
    # Somebody browses: which partnership is mine, what is there in London, what in Leeds?
    page.goto("/")
    hands.type_into("Where do you live", "Hackney")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "East London Cultural Education Alliance" in page.inner_text("main")
    page.goto("/")
    hands.press("^London")
    assert "Barking" in page.inner_text("main")
    page.goto("/")
    hands.press("^Leeds$")

    # She joins with one field, and types the code from the mail.
    hands.press("[Jj]oin the mailing list|Send me the newsletter", "a")
    time.sleep(2.1)  # nobody fills a form in less
    hands.type_into("Your e-mail address", ZOE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    code = re.search(r"\b(\d{3} \d{3})\b", text_of(house.mail_to(ZOE, "code"))).group(1)
    hands.type_into("6-digit code", code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "You are on the list" in page.inner_text("h1")
    while "/me/welcome/" in page.url or "/pods/" in page.url:
        hands.press("^Skip")
    assert page.url.endswith("/me/")
    assert "LeedsCEP" in page.inner_text("main")

    # Dee, the manager, finds her draft, sends herself a test and then the newsletter.
    desk = browser.new_context(base_url=house.address).new_page()
    dee = Hands(desk)
    desk.goto("/demo/")
    dee.press("as Dee|Dee", "button")
    assert "/admin/" in desk.url
    number = _send_the_draft(dee)
    house.after_undo()

    # It is in Zoe's inbox, says who it is from, and can be read on the web.
    mail = _newsletter(house, seconds=100)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and "leedscep@" in mail["From"]
    assert sorted(_recipients(house, number)) == sorted(set(_recipients(house, number)))
    web = re.search(r"https?://\S+/newsletters/\d+/", text_of(mail)).group(0)
    page.goto(web)
    for heading in re.findall(r"<h2[^>]*>([^<]+)</h2>", text_of(mail, "html")):
        assert heading in page.inner_text("main")

    # And out again, with one press on the page behind the link in the mail.
    page.goto(re.search(r"https?://\S+/u/[\w-]+/", text_of(mail)).group(0))
    hands.press("Leave the list", "button")
    assert "will not write to you again" in page.inner_text("main")


def _send_the_draft(dee) -> int:
    """Walk the task list of the draft on the desk; return how many people it goes to."""
    page = dee.page
    page.goto("/admin/newsletters/newsletter/?stands=draft")
    dee.press(r"^Number \d", "a")
    draft = page.url
    dee.press("^Test sent to me", "a")
    dee.press("^Send a test", "button")
    page.goto(draft)
    dee.press("Check and send")
    dee.reach(r"^Send to \d+ people", "button")
    people = int(re.search(r"\d+", dee.focused).group(0))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Undo" in page.inner_text("body") or "undo" in page.inner_text("body")
    return people


def _recipients(house, number: int) -> list[str]:
    """To whom the newsletter was handed over, once all of them have it: seconds after the first."""
    until = time.monotonic() + 60
    while len(house.newsletters()) < number and time.monotonic() < until:
        time.sleep(0.5)
    assert len(house.newsletters()) == number
    return [mail["X-RcptTo"] or mail["To"] for mail in house.newsletters()]


def _newsletter(house, seconds: float):
    """The newsletter, once Undo is over: a mail to Zoe with a List-Id."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for mail in house.mails_to(ZOE):
            if mail["List-Id"]:
                return mail
        time.sleep(1)
    raise AssertionError(f"the newsletter did not come within {seconds} seconds")
