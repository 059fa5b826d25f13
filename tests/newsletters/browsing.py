"""Dee at her desk in a real browser: looking with axe, pressing with the keyboard alone."""

import pytest

from tests.axe import faults


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
    meant = ("status of 4", "img-src 'none'")  # an answer of 409 or 422, and a preview without pictures
    complaints = [text for text in said if not any(each in text for each in meant)]
    assert not complaints, complaints


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
