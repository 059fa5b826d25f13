"""Links of the built message: where each leads, and whether its words say so."""

import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from newsletters.check.finding import Finding, field_of, named
from newsletters.check.page import Link

if TYPE_CHECKING:
    from newsletters.check import Check

VAGUE = {"here", "click here", "this link", "link", "read more", "more", "this page", "this", "find out more"}
BARE = re.compile(r"(?<![\w/@.<\"'=])(?:https?://|www\.)[^\s<>]+", re.I)
# They hide where they lead, end without notice, and spam filters dislike them.
SHORTENERS = {"bit.ly", "tinyurl.com", "t.co", "ow.ly", "goo.gl", "buff.ly", "is.gd", "shorturl.at", "rb.gy", "lnkd.in"}


def nowhere(check: "Check") -> Iterator[Finding]:
    for link, name, field, said in _linked(check):
        if not link.address or leads_nowhere(link.address):
            shown = f" ({link.address[:60]})" if link.address else ""
            yield Finding(f"{name}: {said} leads nowhere outside this computer{shown}.", field, bars=True)


def wordless(check: "Check") -> Iterator[Finding]:
    for link, name, field, _ in _linked(check):
        if link.address and not link.words:
            yield Finding(f"{name}: a link has no words to press ({link.address[:60]}).", field)


def vague(check: "Check") -> Iterator[Finding]:
    for link, name, field, said in _linked(check):
        if link.words.casefold().strip(" .›>→") in VAGUE:
            yield Finding(f"{name}: the link {said} does not say where it leads.", field)


def alike(check: "Check") -> Iterator[Finding]:
    """The same words must not lead to different places (WCAG 2.2, 2.4.4): a list of links is heard without the rest."""
    first: dict[str, str] = {}
    for link, name, field, said in _linked(check):
        words = link.words.casefold()
        if words and words not in VAGUE and first.setdefault(words, link.address) != link.address:
            yield Finding(f"{name}: {said} leads elsewhere than the same words before.", field)


def shortened(check: "Check") -> Iterator[Finding]:
    for link, name, field, said in _linked(check):
        if _host(link.address).removeprefix("www.") in SHORTENERS:
            yield Finding(f"{name}: {said} hides where it leads ({link.address[:60]}). Use the whole address.", field)


def gone(check: "Check") -> Iterator[Finding]:
    """A page of this site that is not there."""
    for link, name, field, said in _linked(check):
        if link.address.startswith(f"{settings.SITE_URL}/"):
            path = urlsplit(link.address).path
            try:
                resolve(path)
            except Resolver404:
                yield Finding(f"{name}: {said} leads to a page of this site that is not there ({path[:60]}).", field)


def behind_a_door(check: "Check") -> Iterator[Finding]:
    """The manager's own address of a page, copied from the desk, opens for nobody else."""
    for link, name, field, said in _linked(check):
        if link.address.startswith((f"{settings.SITE_URL}/admin/", f"{settings.SITE_URL}/n/")):
            yield Finding(f"{name}: {said} leads to a page that readers cannot open.", field, bars=True)


def unwritten(check: "Check") -> Iterator[Finding]:
    for part in sorted(check.page.outside):
        name, field, outside = _named(check, part), field_of(part), check.page.text(part)
        if "](" in outside:
            yield Finding(f"{name}: a link is not written as one: [words](https://address).", field)
        for address in BARE.findall(outside)[:3]:
            yield Finding(f"{name}: {address[:60]} is no link yet. Put < and > around it.", field)


CHECKS = (nowhere, wordless, vague, alike, shortened, gone, behind_a_door, unwritten)


def leads_nowhere(address: str) -> bool:
    """Whether an address works only from this site or this machine: relative, local, or no address at all."""
    if address.startswith(f"{settings.SITE_URL}/"):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme in {"mailto", "tel"}:
        return not parts.path
    if parts.scheme not in {"http", "https"} or not host:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host.rstrip(".") or host.endswith((".local", ".localhost", ".internal", ".lan", ".test"))


def _linked(check: "Check") -> Iterator[tuple[Link, str, str, str]]:
    """Each link with the name and field of its section, and its words as they are quoted."""
    for link in check.page.links:
        said = f"“{link.words[:40]}”" if link.words else "a link without words"
        yield link, _named(check, link.part), field_of(link.part), said


def _named(check: "Check", part: int) -> str:
    return named(part, check.headings.get(part, ""))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
