"""Public pages as ready bytes, kept in this process for a moment (ADR 11).

First of all middleware, so that a page somebody else just asked for costs a look into a table. Kept is
only what says itself that anybody may keep it: status 200, `Cache-Control: public`, no cookie, and
nothing that depends on one. An edit shows as soon as the moment is over.
"""

import gzip
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

MOST_PAGES = 500
MOST_BYTES = 16 * 1024 * 1024  # of pages as they are; packed they are a fifth more
LONGEST = 600  # letters of an address that is worth a place
WORTH_PACKING = 1000  # bytes: below, gzip makes nothing faster
UNPACKS = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")

Key = tuple[str, bool, str, str]


class Page:
    """A page as it goes over the wire, and until when it is fresh (monotonic seconds). Packed when first wanted so."""

    def __init__(self, body: bytes, headers: dict[str, str], fresh_until: float) -> None:
        self.body, self.headers, self.fresh_until = body, headers, fresh_until

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.body, 6, mtime=0)

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() < self.fresh_until

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page for this reader: packed where they can unpack it, or "you have it already" (RFC 9110 13)."""
        is_packed = len(self.body) >= WORTH_PACKING and UNPACKS.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        response = HttpResponse(self.packed if is_packed else self.body, headers=self.headers)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        if "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MODIFIED_SINCE" in request.META:
            modified = parse_http_date_safe(self.headers.get("Last-Modified", ""))
            known = get_conditional_response(request, self.headers.get("ETag"), modified, response) or response
            if known is not response:
                for name in ("Content-Security-Policy", "X-Content-Type-Options", "Strict-Transport-Security"):
                    if name in self.headers:
                        known.headers[name] = self.headers[name]
            return known
        return response


class Shelf:
    """The pages in the order of their last use; the least used give way. Safe for threads."""

    def __init__(self, most_pages: int = MOST_PAGES, most_bytes: int = MOST_BYTES) -> None:
        self.most_pages, self.most_bytes = most_pages, most_bytes
        self.pages: OrderedDict[Key, Page] = OrderedDict()
        self.bytes = 0
        self.lock = threading.Lock()
        self.being_made: dict[Key, threading.Lock] = {}

    def find(self, key: Key) -> Page | None:
        with self.lock:
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: Page) -> None:
        with self.lock:
            self._drop(key)
            self.pages[key] = page
            self.bytes += len(page.body)
            while len(self.pages) > self.most_pages or self.bytes > self.most_bytes:
                self._drop(next(iter(self.pages)))

    def drop(self, key: Key) -> None:
        with self.lock:
            self._drop(key)

    @contextmanager
    def making(self, key: Key) -> Iterator[None]:
        """Let one thread at a time make the page of a key; the others wait, and find it made."""
        with self.lock:
            turn = self.being_made.setdefault(key, threading.Lock())
        try:
            with turn:
                yield
        finally:
            with self.lock:
                self.being_made.pop(key, None)

    def _drop(self, key: Key) -> None:
        if page := self.pages.pop(key, None):
            self.bytes -= len(page.body)


class ReadyPages:
    """Answer from the shelf what is fresh there; else ask the site, and keep what may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.KEEP_PAGES:
            raise MiddlewareNotUsed("KEEP_PAGES is 0")
        self.get_response, self.seconds, self.shelf = get_response, settings.KEEP_PAGES, Shelf()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = self._key(request)
        if key is None:
            return self.get_response(request)
        page = self.shelf.find(key)
        if page is None:  # unknown, or never to be kept: nobody waits for anybody
            return self._made(request, key)
        if page.is_fresh:
            return page.answer(request)
        with self.shelf.making(key):
            page = self.shelf.find(key)
            return page.answer(request) if page and page.is_fresh else self._made(request, key)

    def _made(self, request: HttpRequest, key: Key) -> HttpResponse:
        response = self.get_response(request)
        whole = getattr(response, "whole", response)  # a 304 carries the page that it stands for
        if not _may_be_kept(whole, response):
            self.shelf.drop(key)
            return response
        headers = {**response.headers, **whole.headers}
        headers.pop("Content-Length", None)
        headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
        page = Page(whole.content, headers, time.monotonic() + self.seconds)
        self.shelf.keep(key, page)
        return page.answer(request)

    @staticmethod
    def _key(request: HttpRequest) -> Key | None:
        if request.method not in {"GET", "HEAD"}:
            return None
        query = request.META.get("QUERY_STRING", "")
        if len(request.path_info) + len(query) > LONGEST:
            return None
        return (request.META.get("HTTP_HOST", ""), request.is_secure(), request.path_info, query)


def _may_be_kept(whole: HttpResponse, sent: HttpResponse) -> bool:
    if whole.status_code != 200 or whole.streaming or whole.cookies or sent.cookies:
        return False
    if "cookie" in f"{whole.headers.get('Vary', '')},{sent.headers.get('Vary', '')}".lower():
        return False
    says = {part.strip() for part in whole.headers.get("Cache-Control", "").split(",")}
    return "public" in says and not says & {"private", "no-store", "no-cache"}


_seen: OrderedDict[str, tuple[str, int]] = OrderedDict()


def changed_at(path: str, etag: str) -> str:
    """Return when this content of a page was first seen, as an HTTP date: its Last-Modified.

    Kept in the cache for all processes, and in this one so that asking costs nothing. A cache that was
    emptied makes pages look newer than they are, which costs readers one download and never hides an edit.
    """
    found = _seen.get(path)
    if found is None or found[0] != etag:
        found = cache.get(f"changed:{path}")
        if found is None or found[0] != etag:
            found = (etag, int(datetime.now(UTC).timestamp()))
            cache.set(f"changed:{path}", found, None)
        _seen[path] = found
        while len(_seen) > MOST_PAGES:
            _seen.popitem(last=False)
    return http_date(found[1])
