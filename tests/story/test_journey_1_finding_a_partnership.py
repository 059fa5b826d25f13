"""Journey 1: from the home page to who covers Hackney, whether it is alive, and how to reach it. Counted.

At most one field and one press, twenty seconds, and 60 words to read before the answer.
"""

import re
import time
from html.parser import HTMLParser

import pytest

from partnerships.models import Partnership
from partnerships.seeding import seed

MOST_WORDS = 60
MOST_SECONDS = 20


class Seen(HTMLParser):
    """The words a person reads on a page from top to bottom, without what is hidden, until the answer."""

    HIDDEN = ("script", "style", "svg", "title", "option")

    def __init__(self, until: str) -> None:
        super().__init__()
        self.until, self.hidden, self.words, self.is_over = until, 0, [], False

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.is_over = self.is_over or said.get("id") == self.until
        if tag in self.HIDDEN or said.get("class") == "skip" or (self.hidden and tag not in VOID):
            self.hidden += tag not in VOID

    def handle_endtag(self, tag):
        if self.hidden:
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden and not self.is_over:
            self.words += re.findall(r"[\w'’@.]+", data)


VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect"}


def read(html: str, until: str) -> list[str]:
    seen = Seen(until)
    seen.feed(html)
    return seen.words


@pytest.fixture
def site(db, settings):
    settings.DEMO = False
    seed()


def test_hackney_is_found_with_one_field_and_one_press(site, client):
    began = time.monotonic()
    home = client.get("/").content.decode()
    fields = re.findall(r"<input(?![^>]*type=\"hidden\")[^>]*>|<select|<textarea", home)
    buttons = re.findall(r"<button[^>]*type=\"submit\"", home)
    assert len(fields) == len(buttons) == 1  # nothing else to fill in, nothing else to press

    answer = client.get("/", {"where": "Hackney"}).content.decode()  # the press
    said = answer[answer.index('id="answer"') :]
    assert "Hackney is covered by the East London Cultural Education Alliance, with six other boroughs." in said
    assert "Running" in said and "Last confirmed" in said  # is it alive
    alliance = Partnership.objects.get(slug="elcea")
    assert f'href="{alliance.website}"' in said  # how to reach it
    assert time.monotonic() - began < MOST_SECONDS


def test_few_words_stand_before_the_answer(site, client):
    before = read(client.get("/").content.decode(), until="id_where")
    again = read(client.get("/", {"where": "Hackney"}).content.decode(), until="answer")
    assert len(before) <= MOST_WORDS, " ".join(before)
    assert len(again) <= MOST_WORDS, " ".join(again)


def test_a_partnership_at_home_is_reached_as_quickly(site, client, leeds_at_home):
    answer = client.get("/", {"where": "Leeds"}).content.decode()
    said = answer[answer.index('id="answer"') :]
    assert "Running" in said and "/partnerships/leedscep/join/" in said


@pytest.fixture
def leeds_at_home(site):
    from partnerships.models import Stewardship
    from tests import factories

    Stewardship.appoint(factories.member("dee@example.org", "Dee"), Partnership.objects.get(slug="leedscep"))
