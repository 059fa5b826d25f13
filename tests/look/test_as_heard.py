"""Every public page as a screen reader tells it, kept as text in tests/heard: read a change there like a script.

    LCEP_WRITE_HEARD=1 python -m pytest -m browser tests/look/test_as_heard.py

writes the files anew; the diff in the commit says what people will hear from now on.
"""

import difflib
import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.look.pages import FIXED, MADE

pytestmark = pytest.mark.browser

HEARD = Path(__file__).parents[1] / "heard"
AGAIN = "LCEP_WRITE_HEARD=1 python -m pytest -m browser tests/look/test_as_heard.py"
NAMES = [*FIXED, *MADE]
# A source goes by the name of its site; the words before it say what it is the source of.
SITE = re.compile(r"[\w.-]+\.\w+( \(\d+\))?")
LINKS = """() => [...document.querySelectorAll('main a[href]')].map((a) =>
    [(a.getAttribute('aria-label') || a.textContent).replace(/\\s+/g, ' ').trim(),
    new URL(a.getAttribute('href'), location).href])"""


def test_the_page_is_heard_as_it_was(visit, site):
    name, told = visit.name, heard(visit.page, site)
    file = HEARD / f"{name}.txt"
    if os.environ.get("LCEP_WRITE_HEARD"):
        HEARD.mkdir(exist_ok=True)
        file.write_text(told)
    known = file.read_text() if file.exists() else ""
    change = "\n".join(
        difflib.unified_diff(known.splitlines(), told.splitlines(), "was heard", "is heard", lineterm="")
    )
    assert not change, f"{name} sounds different. If that is meant: {AGAIN}\n{change}"
    for link, addresses in _links(visit.page).items():
        assert len(addresses) == 1 or SITE.fullmatch(link), (
            f"one name, two places: {link!r} leads to {sorted(addresses)}"
        )
        assert link, f"a link without a name leads to {addresses}"


def heard(page, site) -> str:
    """The page's title and accessibility tree, without the addresses behind links."""
    tree = page.locator("body").aria_snapshot()
    lines = [line for line in tree.splitlines() if not re.match(r"\s*- /url:", line)]
    told = f"{page.title()}\n\n" + "\n".join(_childless(lines)) + "\n"
    return told.replace(site.address, "http://site.example")


def _childless(lines: list[str]) -> list[str]:
    """Take the colon from what held nothing but an address."""
    depths = [len(line) - len(line.lstrip()) for line in lines] + [0]
    pairs = zip(lines, pairwise(depths), strict=True)
    return [line.removesuffix(":") if after <= depth else line for line, (depth, after) in pairs]


def _links(page) -> dict[str, set[str]]:
    links: dict[str, set[str]] = {}
    for name, address in page.evaluate(LINKS):
        links.setdefault(name, set()).add(address)
    return links


def test_no_file_is_kept_of_a_page_that_is_gone():
    assert {file.stem for file in HEARD.glob("*.txt")} == set(NAMES)
