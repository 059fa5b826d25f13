"""What people read when something went wrong: true words, the right status, and no database needed."""

import html5lib
import pytest
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


def broken(request):
    raise RuntimeError("a secret 123456")


def fine(request):
    return HttpResponse("fine")


urlpatterns = [path("broken/", broken), path("fine/", fine)]
handler500 = "lcep.errors.broken"


@pytest.mark.urls("tests.look.test_errors")
def test_a_fault_of_ours_promises_nothing_it_cannot_know():
    answer = Client(raise_request_exception=False).get("/broken/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "look before you press the button a second time" in text
    assert "123456" not in text and "RuntimeError" not in text
    assert "Nothing was sent" not in text


def test_an_unknown_address_is_answered_kindly(db, client):
    answer = client.get("/partnerships/no-such-place/")
    assert answer.status_code == 404
    assert "We could not find that" in answer.content.decode()
    assert "no-such-place" not in answer.content.decode()
