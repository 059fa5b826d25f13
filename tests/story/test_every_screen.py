"""Every screen, signed out and as three of the cast: axe finds nothing, and the browser complains of nothing."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.test_permissions import TABLE

pytestmark = pytest.mark.browser
ALL_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}  # all that changes in the dark
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
FRAMED = {"demo:message_html", "admin:newsletters_newsletter_preview_mail"}  # built mails: seen in their frames


def test_signed_out(page, complaints):
    seen = walk(page, complaints, STARTS)
    assert {"partnerships:home", "partnerships:region", "partnerships:partnership", "members:join"} <= seen


@pytest.mark.parametrize(("person", "starts"), [("Ben", ["/me/"]), ("Dee", [*DESK, "/me/"]), ("Fay", DESK)])
def test_as_one_of_the_cast(page, complaints, person, starts):
    page.goto("/demo/")
    page.get_by_role("button", name=f"as {person}").first.click()
    seen = walk(page, complaints, starts, leave_out=FOR_EVERYBODY)
    assert len(seen) >= 4, seen


def walk(page, complaints: list[str], starts: list[str], leave_out: frozenset[str] = frozenset()) -> set[str]:
    """Follow every link inside the site, one page of each kind, and look at each in light and dark."""
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
            if "Download is starting" in str(error):  # a file to keep, and no screen
                continue
            raise
        assert answer.status < 400, f"{path}: {answer.status}"
        heard = len(complaints)
        for scheme, rules in (("light", ALL_RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)  # the desk's colours glide
            report = Axe().run(page, options=rules)
            if report.violations_count:
                found += [f"{path} in {scheme}: {line}" for line in _lines(report.response["violations"])]
        page.emulate_media(color_scheme="light")
        del complaints[heard:]  # axe's own inline styles meet the policy; ours were counted before
        queue += page.evaluate(ADDRESSES)
    assert not found, "\n".join(found)
    return seen


def _lines(violations: list[dict]) -> list[str]:
    """One line for each thing axe found: the rule, what it asks, and the first places."""
    return [
        f"{rule['id']}: {rule['help']}: "
        + "; ".join(f"{node['target']} {node['html'][:120]}" for node in rule["nodes"][:3])
        for rule in violations
    ]


def _kind(address: str) -> str | None:
    """The route behind an address of this site, or None for somebody else's."""
    parts = urlsplit(address)
    if parts.hostname not in {None, "localhost"}:
        return None
    try:
        return resolve(parts.path).view_name or parts.path
    except Resolver404:
        return None
