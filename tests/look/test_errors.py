"""What people read when something went wrong: true words, the right status, and no database needed."""

import html5lib
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from lcep import errors

pytestmark = pytest.mark.once

PAGES = {
    400: lambda request: errors.bad_request(request),
    403: lambda request: errors.forbidden(request),
    404: lambda request: errors.not_found(request),
    500: lambda request: errors.broken(request),
}


@pytest.mark.parametrize("status", PAGES)
def test_each_page_is_whole_and_asks_no_database(status):
    """No `db` fixture: any query would fail."""
    answer = PAGES[status](RequestFactory().get("/"))
    assert answer.status_code == status
    html5lib.HTMLParser(strict=True).parse(answer.content.decode())


def test_a_form_that_was_open_too_long_says_that_nothing_was_sent():
    answer = errors.csrf_failure(RequestFactory().post("/"))
    assert answer.status_code == 403
    assert "Nothing was saved and nothing was sent" in answer.content.decode()


def broken(request, *args, **kwargs):
    raise RuntimeError("a secret 123456")


def fine(request):
    return HttpResponse("fine")


urlpatterns = [path(f"broken/{end}", broken) for end in ("", "feed.xml", "own.ics")] + [path("fine/", fine)]
handler500 = "lcep.errors.broken"


@pytest.mark.urls("tests.look.test_errors")
def test_a_fault_of_ours_promises_nothing_it_cannot_know():
    answer = Client(raise_request_exception=False).post("/broken/")
    text = answer.content.decode()
    assert answer.status_code == 500 and answer["Cache-Control"] == "no-store"
    assert "look before you press the button a second time" in text
    assert "123456" not in text and "RuntimeError" not in text
    assert "Nothing was sent" not in text and "nothing of yours was changed" not in text


class Away:
    """A database that does not answer: whatever is asked."""

    def __call__(self, execute, sql, params, many, context):
        raise OperationalError("connection to server at 10.0.0.7 failed")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ["/partnerships/leedscep/", "/partnerships/leedscep/join/", "/me/", "/admin/"])
def test_while_the_database_is_away_every_door_says_so_and_when_to_come_back(leeds, dee, as_member, method, address):
    """With a session that cannot be read either: neither page nor headers ask for it."""
    client = as_member(dee)
    client.raise_request_exception = False
    with connection.execute_wrapper(Away()):
        answer = getattr(client, method)(address)
    if answer.status_code == 405:
        return
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert not answer.cookies
    assert (
        "frame-ancestors 'none'" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"
    )
    assert "10.0.0.7" not in text and "Traceback" not in text
    html5lib.HTMLParser(strict=True).parse(text)
    assert ("nothing of yours was changed" in text) == (method == "get")
    assert ("we cannot say from here whether it was done" in text) == (method == "post")


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/broken/", "application/json", "application/json"),
        ("/broken/feed.xml", "*/*", "text/plain; charset=utf-8"),
        ("/broken/own.ics", "text/calendar, */*", "text/plain; charset=utf-8"),
        ("/broken/", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("/broken/", "image/png", "text/plain; charset=utf-8"),
    ],
)
@pytest.mark.urls("tests.look.test_errors")
def test_a_script_or_a_feed_reader_is_told_in_its_own_way(path, accept, kind):
    answer = Client(raise_request_exception=False).post(path, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (500, kind)
    said = answer.json()["says"] if kind == "application/json" else answer.content.decode()
    assert "we cannot say" in said


@pytest.mark.urls("tests.look.test_errors")
def test_where_the_page_itself_is_broken_one_plain_line_is_left(monkeypatch, caplog):
    monkeypatch.setattr(errors, "render", broken)
    answer = Client(raise_request_exception=False).get("/broken/")
    assert answer.status_code == 500 and answer.content.startswith(b"Sorry, that did not work.")
    assert "did not work either" in caplog.text


def test_while_the_site_is_looked_after_nothing_is_read_and_nothing_asked(settings):
    """No `db` fixture: any query would fail. Whoever watches the machine still hears that the process lives."""
    settings.MAINTENANCE = True
    visitor = Client()
    for method, address in (("get", "/"), ("get", "/me/"), ("post", "/admin/"), ("post", "/u/abc/one-click/")):
        answer = getattr(visitor, method)(address, {"typed": "words"})
        text = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "300") and not answer.cookies
        html5lib.HTMLParser(strict=True).parse(text)
        assert ("What you sent was not read, and nothing was changed" in text) == (method == "post")
    assert visitor.get("/healthz").status_code == 200


def test_an_unknown_address_is_answered_kindly(db, client):
    answer = client.get("/partnerships/no-such-place/")
    assert answer.status_code == 404
    assert "We could not find that" in answer.content.decode()
    assert "no-such-place" not in answer.content.decode()
