"""Journeys 7 and 8 of the manager, by keyboard alone and counted: what needs her, and a short notice from a story."""

import pytest

from newsletters.models import Notice, Story
from tests import factories
from tests.newsletters.browsing import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


SAID = "(e => (e.labels?.[0] ?? e).textContent.split(/\\s+/).filter(Boolean).join(' '))(document.activeElement)"


class Keys:
    """Somebody with a keyboard: moving about is free, pressing a button, a link or a box is counted."""

    def __init__(self, page) -> None:
        self.page, self.presses = page, 0

    def press(self, words: str, key: str = "Enter") -> None:
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(SAID).startswith(words):
                break
        else:
            raise AssertionError(f"no way by keyboard to {words}")
        self.presses += 1
        if key == "Space":
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


@pytest.fixture
def drums(leeds, ben, dee):
    leeds.postal_identity = "1 Example Street"
    leeds.save()
    words = {"kind": "opportunity", "title": "Free drums", "text": "Six mornings.", "credit": "Ben"}
    story = Story.send(leeds, writer=ben, readers=[], **words)
    story.approve(by=dee)
    Story.send(leeds, writer=ben, readers=[], **words | {"title": "Waiting"})
    return story


def test_she_signs_in_and_knows_what_needs_her(desk, drums):
    desk.goto("/admin/")
    sentences = desk.locator(".needs > li > p")
    assert 1 <= sentences.count() <= 7
    assert all(
        "by " in text.lower() or "today" in text.lower() or "whenever" in text.lower()
        for text in sentences.all_inner_texts()
    )
    assert desk.locator(".needs > li a.button").count() == sentences.count()
    look(desk)


def test_a_short_notice_takes_four_presses_and_no_letter(desk, drums, leeds):
    factories.on_the_list(leeds, 3, purposes=("newsletter", "notices"))
    desk.goto("/admin/")
    keys = Keys(desk)
    keys.press("Send a short notice")
    look(desk)
    keys.press("Free drums", key="Space")
    keys.press("Go on")
    look(desk)
    keys.press("Send to 5 people")
    assert keys.presses <= 5
    assert "Take it back" in desk.content()
    assert Notice.objects.get().stories == [drums]
    desk.goto("/admin/planner/leedscep/")
    look(desk)
    desk.goto("/admin/days/")
    look(desk)
