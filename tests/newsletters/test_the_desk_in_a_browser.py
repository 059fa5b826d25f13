"""The desk's newsletter by keyboard, and its rarer states as axe sees them, light and dark."""

import pytest

from lcep.letters import inlined
from newsletters import emails
from newsletters.models import Newsletter
from newsletters.words import Words
from partnerships.models import Stewardship
from tests import factories
from tests.axe import WCAG, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(browser, live_server, as_member, dee):
    """Dee's browser, and a way to look at what it shows in both schemes and narrow."""
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    session = as_member(dee).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page = context.new_page()
    said = []
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    yield page
    context.close()
    assert [text for text in said if "status of 4" not in text] == []  # an answer of 409 or 422 is meant


def look(page) -> None:
    """Axe finds nothing, and nothing is wider than a phone."""
    for scheme, width in (("light", 1200), ("dark", 375)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.set_viewport_size({"width": 1200, "height": 800})


def press(page, name: str) -> None:
    """Go to a button or link by Tab alone, and press Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").split() == name.split():
            break
    else:
        raise AssertionError(f"no way by keyboard to {name}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_words_are_written_and_ordered_by_keyboard(desk, draft, screen):
    desk.goto(screen("words", draft))
    press(desk, "Move down section 1")
    assert desk.url.endswith("#part-2")
    desk.goto(screen("words", draft))
    press(desk, "Add a section")
    desk.locator("#id_heading_2").focus()
    desk.keyboard.type("A third")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")  # in a field, Enter saves

    draft.refresh_from_db()
    assert [part.heading for part in draft.words.sections] == ["Dates", "Funding", "A third"]
    assert "Saved." in desk.inner_text("body")


def test_an_error_a_conflict_and_a_save_too_late(desk, draft, dee, leeds, screen):
    sam = factories.member("sam@example.org", "Sam")
    Stewardship.appoint(sam, leeds)

    desk.goto(screen("words", draft))
    desk.fill("#id_subject", "")
    press(desk, "Save")
    assert desk.title().startswith("Error:")
    assert "Enter a subject" in desk.inner_text("#error-summary:focus")
    look(desk)

    desk.goto(screen("words", draft))
    draft.revise(Words.typed(number=12, half_term=None, subject="Sam's subject"), version=1, by=sam)
    desk.fill("#id_opening", "Dee's opening")
    press(desk, "Save")
    assert "Sam saved just now" in desk.inner_text("#error-summary:focus")
    look(desk)

    draft.send(version=draft.version, by=sam)
    press(desk, "Save mine")
    assert "Not saved" in desk.inner_text("#content")
    assert "Dee's opening" in desk.inner_text("#content")
    look(desk)


def test_send_undo_and_what_became_of_it(desk, tested, dee, readers, screen, prepare):
    desk.goto(screen("check", tested))
    look(desk)
    desk.get_by_label("At a time I choose").check()
    press(desk, "Send to 4 people")
    assert "Enter the day it should go out" in desk.inner_text("#error-summary")
    look(desk)
    desk.get_by_label("In two minutes").check()
    press(desk, "Send to 4 people")
    assert "Goes out on" in desk.inner_text("#content")
    look(desk)
    press(desk, "Undo: make it a draft again")
    assert "nobody got it" in desk.inner_text("body")

    prepare(tested.send(version=tested.version, by=dee))
    desk.goto(screen("change", tested))
    assert desk.locator("progress").count() == 1
    look(desk)


def test_rooms_with_nothing_in_them(desk, leeds, dee, screen):
    desk.goto("/admin/newsletters/newsletter/")
    assert "Your newsletters will stand here" in desk.inner_text("#content")
    look(desk)
    empty = Newsletter.begin(leeds, Words.typed(number=1, half_term=None, subject="Nothing yet"), by=dee)
    for name in ("change", "test", "check", "who"):
        desk.goto(screen(name, empty))
        look(desk)


def test_leaving_unsaved_words_asks_first(desk, draft, screen):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.goto(screen("words", draft))
    desk.locator("#id_opening").press("End")
    desk.keyboard.type("More")
    desk.goto(screen("change", draft))
    assert asked == ["beforeunload"]


def test_the_mail_itself_in_both_schemes_and_on_a_phone(desk, rich):
    desk.set_content(inlined(emails.message(rich, choices="https://example.org/").html))
    for scheme, width in (("light", 1200), ("dark", 375)):
        desk.emulate_media(color_scheme=scheme)
        desk.set_viewport_size({"width": width, "height": 800})
        assert faults(desk, WCAG) == []  # a mail has no landmarks
        assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
