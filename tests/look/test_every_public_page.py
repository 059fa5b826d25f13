"""Every public page in a real browser: no fault for axe in any light or size, light in weight, walked by keyboard."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.axe import COLOURS, faults
from tests.look.conftest import WIDE
from tests.look.pages import paths
from tests.test_permissions import TABLE

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
# Anybody may open these, but they are no pages of the site: feeds, machines, the demonstration's own, mails in frames.
NO_PAGES = {
    "account_inactive",
    "account_request_login_code",  # the same page as sign-in
    "healthz",
    "members:one_click",
    "meetings:calendar",
    "meetings:event_ics",
    "meetings:group_calendar",
    "meetings:own_calendar",
    "meetings:paper_by_link",
    "meetings:reply_ics",
    "newsletters:draft_mail",
    "newsletters:feed",
    "newsletters:picture",
    "newsletters:stories_feed",
    "partnerships:document_file",
    "partnerships:robots",
    "partnerships:security",
    "partnerships:sitemap",
    "partnerships:region_document_file",
    "style",  # has a test of its own
}
# Behind a link in a mail, or after a form; the crawl of tests/story meets them, or tests of their own in a browser.
LATER = {
    "meetings:meeting",
    "meetings:poll_reply",
    "meetings:reply",
    "members:new_address",
    "newsletters:asked",
    "newsletters:draft",
    "newsletters:story",
    "members:not_me",
    "members:old_address",
    "members:ways_in_back",
    "partnerships:keeper_received",
    "partnerships:still_right",
    "steering:how_it_goes",
    "steering:shared_evidence",
    "steering:substitute",
    "pods:membership",
}
# Words that stand outside the window, and outside anything that scrolls by itself.
CUT_OFF = """() => {
    const edge = document.documentElement.clientWidth + 1;
    const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node; node = walker.nextNode();) {
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest('.visually-hidden, .trap, .skip, script, style, title')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects())
            if (box.width && (box.right > edge || box.left < -1) && !scrolls(parent)) {
                found.push(node.data.trim());
                break;
            }
    }
    return found;
}"""
FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const name = (e.getAttribute('aria-label') || (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent
        || e.name || e.tagName).replace(/\\s+/g, ' ').trim();
    const rings = [e, ...e.querySelectorAll('rect')].map((part) => getComputedStyle(part)).map((s) =>
        Math.max(s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth) || 0, ring(s.boxShadow),
            e.namespaceURI.endsWith('svg') ? parseFloat(s.strokeWidth) || 0 : 0));
    function ring(shadow) {
        const sizes = [...shadow.matchAll(/(-?[\\d.]+)px/g)].map((found) => Number(found[1]));
        return Math.max(0, ...sizes);
    }
    e.dataset.stop ??= String(++window.stops || (window.stops = 1));
    const box = e.getBoundingClientRect();
    return {name, stop: e.dataset.stop, ring: Math.max(...rings), seen: box.bottom > 0 && box.top < innerHeight};
}"""


@pytest.fixture(scope="module")
def window(browser, site):
    """One window for all pages; nothing moves in it."""
    context = browser.new_context(base_url=site.address, viewport=WIDE, reduced_motion="reduce")
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture
def page(visit):
    """Each page in turn; what a test does to its window is undone for the next."""
    yield visit.page
    visit.page.set_viewport_size(WIDE)
    visit.page.emulate_media(color_scheme="light")
    visit.page.evaluate("() => { document.documentElement.style.fontSize = ''; scrollTo(0, 0); }")


def test_axe_finds_nothing_in_any_light_and_size(page):
    found = {"light": faults(page)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = faults(page, COLOURS)
    page.set_viewport_size(NARROW)
    found["320 pixels, dark"] = faults(page)
    found["320 pixels, cut off"] = " | ".join(page.evaluate(CUT_OFF))
    page.set_viewport_size(WIDE)
    page.evaluate("() => document.documentElement.style.fontSize = '200%'")
    found["text at 200 %, cut off"] = " | ".join(page.evaluate(CUT_OFF))
    assert {where: what for where, what in found.items() if what} == {}


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page):
    """From the skip link on, once round: no stop without a ring of 2 pixels, none twice, none out of sight."""
    reachable = page.evaluate(
        "() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]"
        ".filter((e) => e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && e.checkVisibility()).length"
    )
    page.evaluate("() => document.activeElement.blur()")
    stops = []
    for _ in range(reachable + 20):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None or (stops and here["stop"] == stops[0]["stop"]):
            break
        if not stops or here["stop"] != stops[-1]["stop"]:  # a date has three stops of its own
            stops.append(here)
    else:
        pytest.fail(f"no way out after {[stop['name'] for stop in stops[-5:]]}")
    if not page.evaluate("() => !!document.querySelector('[autofocus]')"):
        assert stops[0]["name"] == "Skip to the main part"
    assert [stop["name"] for stop in stops if stop["ring"] < 2] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    radios = page.evaluate("() => document.querySelectorAll('input[type=radio]').length")
    assert len(stops) >= reachable - radios


def test_the_skip_link_leads_to_the_main_part(window):
    window.goto("/partnerships/")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    window.wait_for_function("() => document.activeElement.id === 'main'")


def test_a_first_visit_is_light(visit, site):
    """At most 6 requests and 60 kB as compressed on the wire: HTML 25, style sheets 12, scripts 6 and never needed."""
    visit.page.wait_for_load_state("networkidle")
    weights = [(_kind(answer), len(gzip.compress(answer.body(), 6)), answer.url) for answer in visit.answers]
    of = {kind: sum(weight for its, weight, _ in weights if its == kind) for kind in ("html", "css", "js")}
    assert len(weights) <= 6, weights
    assert of["html"] <= 25_000 and of["css"] <= 12_000 and of["js"] <= 6_000, of
    assert sum(weight for _, weight, _ in weights) <= 60_000, weights
    assert all(urlsplit(url).netloc == urlsplit(site.address).netloc for _, _, url in weights)


def _kind(answer) -> str:
    return re.split(r"[/;]", answer.headers.get("content-type", "") + "/")[1].replace("javascript", "js").strip()


def test_a_place_is_found_and_a_list_joined_without_javascript(browser, site):
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Where do you live").fill("Hackney")
    page.get_by_role("button", name="Find my partnership").click()
    assert "East London Cultural Education Alliance" in page.inner_text(".answer")
    page.goto("/partnerships/")
    page.get_by_label("Name or place").fill("Camden")
    page.get_by_role("button", name="Search").click()
    assert "Camden Spark" in page.inner_text("main")
    page.goto("/partnerships/leedscep/join/")
    page.get_by_label("e-mail address").fill("not an address")
    page.get_by_role("button", name="Send me the newsletter").click()
    assert "There is a problem" in page.inner_text(".error-summary")
    context.close()


def test_a_form_with_errors_leads_to_them(window, site):
    window.goto("/partnerships/leedscep/join/")
    window.get_by_label("e-mail address").fill("not an address")
    window.get_by_role("button", name="Send me the newsletter").click()
    window.wait_for_function("() => document.activeElement.id === 'error-summary'")  # it comes with the first picture
    assert window.title().startswith("Error: ")
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        assert faults(window) == []
    window.locator(".error-summary a").first.click()
    window.wait_for_function("() => document.activeElement.name === 'email'")


def test_colours_of_the_system_leave_nothing_unseen(browser, site):
    """Forced colours: buttons, cards and fields keep an edge."""
    context = browser.new_context(base_url=site.address, forced_colors="active")
    page = context.new_page()
    for path, parts in {"/": ".button, .doors a, .search input", "/partnerships/": ".card, select"}.items():
        page.goto(path)
        edges = page.eval_on_selector_all(
            parts, "(all) => all.map((e) => parseFloat(getComputedStyle(e).borderTopWidth))"
        )
        assert edges and min(edges) >= 1
    context.close()


def test_every_page_that_anybody_may_open_is_looked_at(site):
    open_to_all = {name for name, (get, _) in TABLE.items() if get[0] == "ok" and not name.startswith("demo:")}
    looked_at = {resolve(urlsplit(path).path).view_name for path in paths(site).values()}
    assert open_to_all - looked_at - NO_PAGES - LATER == set()
