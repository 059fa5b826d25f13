"""Public pages are kept as bytes for a moment: nothing personal among them, and an edit shows when it is over."""

import gzip
import threading
import time

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lcep import ready
from lcep.ready import MOST_PAGES, Page, ReadyPages, Shelf, changed_at
from partnerships.directory import Directory
from partnerships.models import Partnership
from partnerships.pages import public
from tests import factories
from tests.routes import named

pytestmark = pytest.mark.once

ask = RequestFactory()


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(ready.time, "monotonic", clock.monotonic)
    return clock


@pytest.fixture
def site(settings, clock):
    """The middleware before a view that counts, with its own Cache-Control."""
    settings.KEEP_PAGES = 2

    class Site:
        asked, text, headers, status = 0, "Hello " * 300, {"Cache-Control": "public, max-age=5"}, 200
        whole: HttpResponse

        def __init__(self):
            self.middleware = ReadyPages(self.view)

        def view(self, request):
            self.asked += 1
            return HttpResponse(self.text, status=self.status, headers=self.headers | {"ETag": 'W/"1"'})

        def get(self, address="/", **headers):
            return self.middleware(ask.get(address, headers=headers))

    return Site()


def test_a_page_is_made_once_in_its_moment(site, clock):
    assert [site.get().content for _ in range(3)] == [site.text.encode()] * 3
    assert site.asked == 1


def test_an_edit_shows_when_the_moment_is_over(site, clock):
    site.get()
    site.text = "Changed"
    clock.now += 1.9
    assert site.get().content != b"Changed"
    clock.now += 0.2
    assert site.get().content == b"Changed"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache-Control": "private, no-store"},
        {"Cache-Control": "public, no-store"},
        {"Cache-Control": "max-age=60"},
        {"Cache-Control": "public", "Vary": "Cookie"},
        {"Cache-Control": "public", "Vary": "Accept, cookie"},
    ],
)
def test_what_does_not_say_that_all_may_have_it_is_never_kept(site, headers):
    site.headers = headers
    assert [site.get().status_code for _ in range(2)] == [200, 200] and site.asked == 2


def test_a_page_that_sets_a_cookie_is_never_kept(site, clock):
    def view(request):
        response = site.view(request)
        response.set_cookie("who", "me")
        return response

    middleware = ReadyPages(view)
    assert all("who" in middleware(ask.get("/")).cookies for _ in range(2)) and site.asked == 2


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_only_good_answers_are_kept(site, status):
    site.status = status
    assert [site.get().status_code for _ in range(2)] == [status, status] and site.asked == 2


def test_other_methods_and_very_long_addresses_go_past_it(site):
    for _ in range(2):
        site.middleware(ask.post("/"))
        site.get("/?q=" + "x" * 700)
    assert site.asked == 4


def test_addresses_hosts_and_schemes_are_kept_apart(site):
    site.get("/a/"), site.get("/b/"), site.get("/a/?q=1"), site.get("/a/", host="evil.example")
    site.middleware(ask.get("/a/", secure=True))
    assert site.asked == 5


def test_who_has_the_page_is_told_so_without_asking_the_site(site):
    site.get()
    answer = site.get(if_none_match='W/"1"')
    assert answer.status_code == 304 and not answer.content and site.asked == 1
    assert site.get(if_none_match='W/"2"').status_code == 200


def test_a_packed_page_unpacks_to_the_same(site):
    plain, packed = site.get(), site.get(accept_encoding="br, gzip")
    assert packed["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in plain and packed["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert packed["Content-Length"] == str(len(packed.content)) and plain["Content-Length"] == str(len(plain.content))
    assert "gzip" not in site.get(accept_encoding="gzip;q=0").get("Content-Encoding", "")


def test_many_at_once_wait_for_one_who_makes_it(site, clock, monkeypatch):
    site.get()
    clock.now += 10
    made = site.view

    def slowly(request):
        time.sleep(0.2)
        return made(request)

    site.middleware.get_response = slowly
    threads = [threading.Thread(target=site.get) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert site.asked == 2 and not site.middleware.shelf.being_made


def test_one_who_fails_leaves_it_to_the_next(site, clock):
    site.get()
    clock.now += 10
    site.middleware.get_response = lambda request: 1 / 0
    with pytest.raises(ZeroDivisionError):
        site.get()
    site.middleware.get_response = site.view
    assert site.get().status_code == 200


def test_the_shelf_holds_so_many_pages_and_so_many_bytes():
    shelf = Shelf(most_pages=3, most_bytes=100)
    page = Page(b"x" * 30, {}, 0.0)
    for number in range(5):
        shelf.keep(("", False, f"/{number}", ""), page)
    assert [key[2] for key in shelf.pages] == ["/2", "/3", "/4"] and shelf.bytes == 90
    shelf.find(("", False, "/2", ""))
    shelf.keep(("", False, "/big", ""), Page(b"x" * 60, {}, 0.0))
    assert [key[2] for key in shelf.pages] == ["/2", "/big"] and shelf.bytes == 90


def test_it_can_be_turned_off(settings):
    settings.KEEP_PAGES = 0
    with pytest.raises(MiddlewareNotUsed):
        ReadyPages(lambda request: HttpResponse())


def test_a_page_keeps_its_date_while_it_stays_the_same(db, clock):
    first = changed_at("/x/", "1")
    assert changed_at("/x/", "1") == first
    ready._seen.clear()  # another process, the same cache
    assert changed_at("/x/", "1") == first
    for number in range(MOST_PAGES + 5):
        changed_at(f"/{number}/", "1")
    assert len(ready._seen) == MOST_PAGES


def test_a_page_that_is_known_by_its_date_is_not_sent_again(db, client):
    date = client.get("/about/")["Last-Modified"]
    assert client.get("/about/", headers={"If-Modified-Since": date}).status_code == 304
    assert client.get("/about/", headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200
    both = {"If-Modified-Since": date, "If-None-Match": 'W/"other"'}
    assert client.get("/about/", headers=both).status_code == 200
    assert "Last-Modified" not in client.get("/?where=Leeds")


def test_the_whole_page_is_kept_although_the_first_reader_had_it(settings, clock):
    settings.KEEP_PAGES = 2
    view = public(lambda request: HttpResponse("Hello"))
    middleware = ReadyPages(view)
    etag = view(ask.get("/?x"))["ETag"]
    assert middleware(ask.get("/?x", headers={"If-None-Match": etag})).status_code == 304
    assert middleware(ask.get("/?x")).content == b"Hello"


def test_the_directory_is_read_again_when_its_moment_is_over(db, settings, monkeypatch):
    settings.KEEP_DIRECTORY = 2
    monkeypatch.setattr(Directory, "_kept", None)
    assert Directory.now() is Directory.now() and not Directory.now().partnerships
    factories.PartnershipFactory(name="New")
    assert not Directory.now().partnerships
    now = time.monotonic()
    monkeypatch.setattr("partnerships.directory.time.monotonic", lambda: now + 3)
    assert [each.name for each in Directory.now().partnerships] == ["New"]


@pytest.fixture
def kept(settings, monkeypatch):
    """The real site with pages kept, for clients made from now on."""
    settings.KEEP_PAGES = settings.KEEP_DIRECTORY = 60
    monkeypatch.setattr(Directory, "_kept", None)
    yield Client
    Directory._kept = None


def test_nothing_personal_is_ever_kept(kept, as_member, things, dee):
    """A manager opens every door; then a stranger does, through the same shelf, and gets no word of hers."""
    mine = as_member(dee)
    stranger = Client()
    stranger.handler = mine.handler
    open_to_all = 0
    for route in named():
        address = route.address(things)
        hers = mine.get(address)
        if "public" not in hers.get("Cache-Control", ""):
            continue
        open_to_all += 1
        theirs = stranger.get(address)
        body = b"".join(hers.streaming_content) if hers.streaming else hers.content
        assert not hers.cookies and not theirs.cookies, route.name
        assert "Cookie" not in hers.get("Vary", "") and "Cookie" not in theirs.get("Vary", ""), route.name
        assert body == (b"".join(theirs.streaming_content) if theirs.streaming else theirs.content), route.name
        assert b"csrf" not in body and b"Sign out" not in body, route.name
    assert open_to_all >= 20
    shelf = mine.handler._middleware_chain.shelf
    private = ("/admin/", "/me/", "/accounts/", "/u/", "/c/", "/demo/")
    assert shelf.pages and not [key[2] for key in shelf.pages if key[2].startswith(private)]
    assert not [key[2] for key in shelf.pages if key[2].endswith(("/join/", "/contact/"))]


def test_an_evil_host_is_refused_although_the_page_is_ready(kept, db):
    client = kept()
    assert client.get("/about/").status_code == 200
    assert client.get("/about/", headers={"host": "evil.example"}).status_code == 400


def test_a_partnership_that_is_hidden_is_gone_when_the_moment_is_over(kept, leeds, dee, monkeypatch):
    client = kept()
    assert client.get("/partnerships/leedscep/").status_code == 200
    Partnership.objects.filter(pk=leeds.pk).update(status="hidden")
    now = time.monotonic()
    monkeypatch.setattr("lcep.ready.time.monotonic", lambda: now + 61)
    assert client.get("/partnerships/leedscep/").status_code == 404
