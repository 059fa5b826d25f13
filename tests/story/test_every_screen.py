"""Every screen, signed out and as three of the cast: axe finds nothing, and the browser complains of nothing."""

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.axe import COLOURS, EVERYTHING, faults
from tests.test_permissions import TABLE

pytestmark = pytest.mark.browser
STARTS = [
    "/",
    "/partnerships/",
    "/london/",
    "/leeds/",
    "/demo/",
    "/demo/mail/",
    "/accounts/login/",
    "/partnerships/leedscep/join/",
]
DESK = ["/admin/"]
# Downloads and feeds are no screens.
NO_SCREENS = {
    "newsletters:feed",
    "newsletters:stories_feed",
    "mfa_download_recovery_codes",
    "demo:message_source",
    "admin:jsi18n",
    "admin:autocomplete",
}
# A tile of the map is a link of SVG, whose `href` is no text.
ADDRESSES = "() => [...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), location).href)"
FOR_EVERYBODY = frozenset(name for name, (get, _) in TABLE.items() if get[0] == "ok")  # the same for all roles
# Built mails: seen in their frames.
FRAMED = {"demo:message_html", "admin:newsletters_newsletter_preview_mail", "newsletters:draft_mail"}


@pytest.fixture(scope="module")
def looked_at() -> set[str]:
    """The kinds of screens that axe has seen: nobody's own view of the same screen differs in its making."""
    return set()


def test_signed_out(page, complaints, looked_at):
    seen = walk(page, complaints, STARTS, looked_at)
    assert {"partnerships:home", "partnerships:region", "partnerships:partnership", "members:join"} <= seen


@pytest.mark.parametrize(("person", "starts"), [("Ben", ["/me/"]), ("Dee", [*DESK, "/me/"]), ("Fay", DESK)])
def test_as_one_of_the_cast(page, complaints, looked_at, person, starts):
    page.goto("/demo/")
    page.get_by_role("button", name=f"as {person}").first.click()
    seen = walk(page, complaints, starts, looked_at, leave_out=FOR_EVERYBODY)
    assert len(seen) >= 4, seen


def walk(page, complaints: list[str], starts: list[str], looked_at: set[str], leave_out=frozenset()) -> set[str]:
    """Follow every link inside, open one page of each kind, and let axe look at what is new to it, light and dark."""
    queue, seen, found = list(starts), set(), []
    while queue:
        path = queue.pop(0)
        kind = _kind(path)
        if kind is None or kind in seen or kind in NO_SCREENS | FRAMED or kind in leave_out:
            continue
        seen.add(kind)
        try:
            answer = page.goto(path)
        except Error as error:
            if "Download is starting" in str(error) or _leads_away(page, path):  # a file to keep, and no screen
                continue
            raise
        assert answer.status < 400, f"{path}: {answer.status}"
        if kind not in looked_at:
            looked_at.add(kind)
            heard = len(complaints)
            found += [f"{path} in {line}" for line in _faults(page)]
            del complaints[heard:]  # axe's own inline styles meet the policy; ours were counted before
        queue += page.evaluate(ADDRESSES)
    assert not found, "\n".join(found)
    return seen


def _leads_away(page, path: str) -> bool:
    """Whether the address leads to somebody else's site, as a paper does that is a link: nobody goes there."""
    answer = page.request.get(path, max_redirects=0)
    return answer.status in {301, 302} and _kind(answer.headers["location"]) is None


def _faults(page) -> list[str]:
    found = []
    for scheme, rules in (("dark", COLOURS), ("light", EVERYTHING)):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {line}" for line in faults(page, rules)]
    return found


def _kind(address: str) -> str | None:
    """The route behind an address of this site, or None for somebody else's."""
    parts = urlsplit(address)
    if parts.hostname not in {None, "localhost"}:
        return None
    try:
        return resolve(parts.path).view_name or parts.path
    except Resolver404:
        return None
