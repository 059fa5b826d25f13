"""Composing by keyboard in a real browser: journey 8, the toolbar, words kept as they are written, a large photo."""

import base64
import re

import pytest
from playwright.sync_api import expect

from lcep.letters import inlined
from mailings.models import Mailing
from newsletters import accounts, emails
from newsletters.built import in_scheme
from newsletters.models import DraftLink, Newsletter, Picture
from newsletters.pictures import clean
from newsletters.words import Words
from tests.axe import WCAG, faults
from tests.newsletters.browsing import look, press
from tests.newsletters.photos import GREY, TURNED
from tests.story.conftest import Hands

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Counting(Hands):
    """Hands that count what they press."""

    presses = 0

    def press(self, name: str, tag: str = "") -> None:
        super().press(name, tag)
        self.presses += 1


def test_journey_8_from_the_draft_to_sent_in_ten_presses(desk, draft, readers, prepare):
    """DESIGN's limit is ten presses and nothing typed: the words of the draft are there."""
    hands = Counting(desk)
    desk.goto("/admin/")
    hands.press("^Open", "a")
    hands.press("^Test sent to me", "a")
    hands.press("^Send a test to", "button")
    hands.press("^Check and send", "a")
    hands.press("^Send to 4 people", "button")
    assert "Goes out on" in desk.inner_text("#content")
    assert hands.presses <= 10
    mailing = Mailing.objects.get(kind="newsletter")
    assert prepare(mailing).account().prepared == 4


def test_undo_is_one_press_by_keyboard(desk, tested, dee, screen):
    tested.send(version=tested.version, by=dee)
    desk.goto(screen("change", tested))
    Counting(desk).press("^Undo", "button")
    tested.refresh_from_db()
    assert tested.is_draft


def test_the_toolbar_works_without_a_mouse(desk, draft, screen):
    desk.goto(screen("words", draft))
    opening = desk.locator("#id_opening")
    opening.fill("one two")
    opening.press("Control+A")
    desk.keyboard.press("Shift+Tab")  # one Tab reaches the toolbar, the arrows its buttons
    assert desk.evaluate("document.activeElement.textContent") == "Bold"
    desk.keyboard.press("Enter")
    assert opening.input_value() == "**one two**"
    desk.keyboard.press("Control+Z")
    assert opening.input_value() == "one two"

    opening.press("End")
    desk.keyboard.press("Shift+Tab")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        desk.keyboard.press(key)
    assert desk.evaluate("document.activeElement.textContent") == "List"
    desk.keyboard.press("Space")
    assert opening.input_value() == "- one two"

    opening.press("Control+k")
    desk.keyboard.type("example.org")
    assert opening.input_value() == "- one two[what it leads to](https://example.org)"
    assert desk.get_by_role("toolbar", name="Formatting: Section 1, Words").count() == 1
    look(desk)


def test_words_are_kept_while_they_are_written(desk, draft, screen):
    desk.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { document.forms[1].dataset.pause = 300; })"
    )
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.goto(screen("words", draft))
    desk.locator("#id_opening").press("Control+End")
    desk.keyboard.type(" And more.")
    expect(desk.locator("#kept")).to_have_text(re.compile("^Kept at "))
    draft.refresh_from_db()
    assert draft.opening.endswith("And more.")
    assert desk.locator("#id_version").input_value() == str(draft.version)
    desk.goto(screen("change", draft))
    assert asked == []  # what is kept may be left


def test_what_somebody_else_saved_stops_the_keeping_and_save_shows_both(desk, draft, screen, dee):
    desk.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { document.forms[1].dataset.pause = 300; })"
    )
    desk.goto(screen("words", draft))
    draft.revise(Words.typed(number=12, half_term=None, subject="Another tab's subject"), version=1, by=dee)
    desk.locator("#id_opening").press("Control+End")
    desk.keyboard.type(" Mine.")
    expect(desk.locator("#kept")).to_contain_text("Press Save to see both wordings")
    press(desk, "Save")
    assert "Another tab's subject" in desk.inner_text("#content")
    assert desk.locator("#id_opening").input_value().endswith("Mine.")


PHOTO = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2600, 1300];
  const paint = canvas.getContext("2d");
  for (let at = 0; at < 40; at++) {
    paint.fillStyle = `hsl(${at * 9} 80% 50%)`; paint.fillRect(at * 65, at * 30, 65, 900);
  }
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""


def test_a_large_photo_is_made_small_and_shown(desk, draft, screen):
    desk.goto(screen("picture", draft, 1))
    photo = base64.b64decode(desk.evaluate(PHOTO))
    desk.set_input_files("#id_file", {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": photo})
    look(desk)
    desk.fill("#id_alt", "Forty bright stripes")
    press(desk, "Put it in")
    kept = Picture.objects.get()
    assert (kept.width, kept.height) == (1200, 600)
    drawn = desk.locator("#part-1 img")
    assert drawn.evaluate("each => each.naturalWidth") == 1200
    look(desk)


def test_a_photo_that_the_site_cleaned_is_drawn_upright(browser, live_server, leeds):
    kept = Picture.keep(clean(TURNED), leeds)
    page = browser.new_context().new_page()
    page.goto(live_server.url + kept.get_absolute_url())
    assert page.locator("img").evaluate("each => [each.naturalWidth, each.naturalHeight]") == [32, 48]
    page.context.close()


@pytest.fixture
def pictured(draft, dee, leeds):
    kept = Picture.keep(clean(GREY), leeds)
    parts = [part._replace(picture=kept.pk, alt="Grey squares") for part in draft.words.sections]
    draft.revise(draft.words.with_sections(parts), version=1, by=dee)
    return draft


def test_every_screen_of_composing(desk, pictured, dee, screen, leeds, live_server, settings):
    settings.SITE_URL = live_server.url  # pictures come from the site itself
    for name in ("words", "wordings", "show"):  # the others are looked at where the rarer states are
        desk.goto(screen(name, pictured))
        look(desk)
    for width in ("dark", "plain", "text"):
        desk.goto(f"{screen('preview', pictured)}?width={width}")
        look(desk)
    desk.goto(f"/n/{DraftLink.make(pictured, by=dee).address.split('/n/')[1]}")
    look(desk)


def test_the_screens_of_what_comes_afterwards(desk, tested, dee, screen, prepare):
    mailing = prepare(tested.send(version=tested.version, by=dee))
    mailing.deliveries.update(state="sent")
    Mailing.objects.filter(pk=mailing.pk).update(state="done", finished_at=mailing.started_at)
    desk.goto(screen("correction", tested))
    desk.fill("#id_words", "It is on **Thursday**.")
    press(desk, "Read it over")
    look(desk)
    press(desk, "Send it to 4 people")
    desk.goto(screen("withdrawal", tested))
    look(desk)
    desk.fill("#id_withdrawal", "A mistake.")
    press(desk, "Withdraw it")
    look(desk)
    desk.goto(tested.get_absolute_url())
    assert "withdrew this newsletter" in desk.inner_text("main")
    look(desk)


def test_every_built_mail_as_axe_sees_it(desk, pictured, rich, dee, prepare):
    """The mails as they are rendered, light and dark: newsletter, test, correction, and the account of one."""
    desk.route(re.compile("/pictures/"), lambda route: route.fulfill(body=GREY, content_type="image/jpeg"))
    rich.test(by=dee)
    mailing = prepare(rich.send(version=rich.version, by=dee))
    Mailing.objects.filter(pk=mailing.pk).update(state="done", finished_at=mailing.started_at)
    mailing.refresh_from_db()
    choices = "https://example.org/"
    mails = {
        "newsletter": emails.message(pictured, choices=choices).html,
        "everything": emails.message(rich, choices=choices).html,
        "test": emails.message(rich, test=True, choices=choices).html,
        "correction": emails.correction_message(rich, "It is on **Thursday**.", choices=choices).html,
        "account": accounts.account(mailing).alternatives[0][0],
    }
    for name, html in mails.items():
        for dark in (False, True):
            desk.set_content(in_scheme(inlined(html), dark=dark))
            assert faults(desk, WCAG) == [], name  # a mail has no landmarks
            desk.set_viewport_size({"width": 360, "height": 700})
            assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    assert Newsletter.objects.count() == 2
