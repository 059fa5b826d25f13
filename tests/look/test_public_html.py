"""Every page anybody may open, as text: valid for an independent parser, in an order that makes sense unstyled."""

import re
from itertools import pairwise

import html5lib
import pytest
from django.urls import NoReverseMatch

from tests.look.paint import CSS, uncommented
from tests.routes import named
from tests.test_permissions import TABLE

pytestmark = pytest.mark.once

# What a rule may write by itself: nothing, a number the list has anyway, a sign between crumbs, an address in print.
# The label of a cell on a phone repeats the head of its column.
DRAWN = {'""', "none", "counter(step)", '"›"', '"›" / ""', '" (" attr(href) ")"', 'attr(data-label) ": "'}


@pytest.fixture
def pages(things, client) -> dict[str, str]:
    """The HTML behind every named route that is open to all, by route."""
    found = {}
    for route in named():
        is_mail = route.name.startswith("demo:message") or route.name == "newsletters:draft_mail"
        if TABLE[route.name][0][0] != "ok" or is_mail:
            continue
        try:
            answer = client.get(route.address(things))
        except NoReverseMatch:
            continue
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found[route.name] = answer.content.decode()
    return found


def parsed(html: str):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def words(element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_every_page_is_whole_and_in_order(pages):
    assert len(pages) > 30
    for name, html in pages.items():
        tree = parsed(html)
        order = [element.tag for element in tree.find("body").iter() if isinstance(element.tag, str)]
        levels = [int(tag[1]) for tag in order if re.fullmatch("h[1-6]", tag)]
        assert tree.get("lang") == "en-GB", name
        assert [order.count(tag) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1], name
        assert order.index("header") < order.index("main") < order.index("footer"), name
        assert levels[0] == 1 and all(later - earlier <= 1 for earlier, later in pairwise(levels)), (name, levels)
        first = next(element for element in tree.find("body").iter("a"))
        assert first.get("href") == "#main", name


def test_the_title_of_a_page_says_which_page_it_is(pages):
    """The same words for two pages only where it is the same page."""
    titles: dict[str, list[str]] = {}
    for name, html in pages.items():
        titles.setdefault(words(parsed(html).find("head/title")), []).append(name)
    same_page = [["account_login", "account_request_login_code"], ["members:choices", "members:one_click"]]
    same_page += [["partnerships:partnership", "partnerships:region"]]
    assert [names for names in titles.values() if len(names) > 1 and sorted(names) not in same_page] == []


def test_every_control_has_a_label_and_every_id_is_one(pages):
    for name, html in pages.items():
        tree = parsed(html)
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), name
        labelled = {label.get("for") for label in tree.iter("label")}
        for control in [*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")]:
            if control.get("type") not in {"hidden", "submit"}:
                assert control.get("id") in labelled or control.get("aria-label"), (name, control.attrib)
        pointed_at = [
            id
            for element in tree.iter()
            for pointer in ("aria-describedby", "aria-labelledby", "for")
            for id in (element.get(pointer) or "").split()
        ]
        assert set(pointed_at) <= set(ids), name


def test_no_page_needs_a_script(pages):
    """Data in JSON is no script; nothing else is there."""
    for name, html in pages.items():
        code = [script for script in parsed(html).iter("script") if "json" not in script.get("type", "")]
        assert code == [] or name.startswith(("mfa", "account")), name


def test_no_words_come_from_a_stylesheet():
    """Without any style nothing is missing."""
    for path in CSS.glob("*.css"):
        written = {found.strip() for found in re.findall(r"(?<![\w-])content:\s*([^;]+);", uncommented(path.stem))}
        assert {one.removesuffix("!important").strip() for one in written} <= DRAWN, path.name


def test_every_picture_is_described_or_silent(pages):
    for name, html in pages.items():
        tree = parsed(html)
        assert all(image.get("alt") is not None for image in tree.iter("img")), name
        for picture in (element for element in tree.iter() if str(element.tag).endswith("svg")):
            assert picture.get("aria-hidden") == "true" or picture.get("aria-labelledby"), name
