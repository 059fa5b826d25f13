"""One running site for all the tests of the look, and one visit to each of its public pages."""

from dataclasses import dataclass, field

import pytest

from tests.look.demonstration import demonstration
from tests.look.pages import FIXED, MADE, paths

WIDE = {"width": 1280, "height": 900}


@dataclass
class Visit:
    """A first visit to a public page: what it goes by, the browser's page, and every answer the page took to show."""

    name: str
    page: object
    answers: list = field(default_factory=list)


@pytest.fixture(scope="session")
def site(tmp_path_factory, furnished):
    """The demonstration on its fixed day: `address` and `paths`."""
    with demonstration(furnished(tmp_path_factory.mktemp("look"))) as running:
        yield running


@pytest.fixture(scope="session", params=[*FIXED, *MADE])
def visit(request, browser, site):
    """Each public page in turn, opened once for all tests that look at it: wide, in the light, and nothing moves."""
    context = browser.new_context(base_url=site.address, viewport=WIDE, reduced_motion="reduce")
    visit = Visit(request.param, context.new_page())
    visit.page.on("response", lambda answer: visit.answers.append(answer))
    answer = visit.page.goto(paths(site)[visit.name])
    assert answer.status == 200, f"{visit.name}: {answer.status}"
    yield visit
    context.close()
