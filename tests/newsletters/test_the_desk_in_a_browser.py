"""The desk's newsletter by keyboard, and its rarer states as axe sees them, light and dark."""

import pytest

from lcep.letters import inlined
from newsletters import emails
from newsletters.models import Newsletter
from newsletters.words import Words
from partnerships.models import Stewardship
from tests import factories
from tests.axe import WCAG, faults
from tests.newsletters.browsing import look, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_words_are_written_and_ordered_by_keyboard(desk, draft, screen):
    desk.goto(screen("words", draft))
    press(desk, "Move down section 1")
    assert desk.url.endswith("#part-2")
    desk.goto(screen("words", draft))
    press(desk, "An empty section")
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
