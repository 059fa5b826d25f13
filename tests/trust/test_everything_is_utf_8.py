"""What a request says of its encoding changes nothing: nobody breaks a page with it, at the door gunicorn uses."""

import runpy
from urllib.parse import quote

import pytest
from django.test import RequestFactory

SAID = ["hex", "rot13", "zlib", "punycode", "utf-7", "utf-16", "nonsense"]
MULTIPART = '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nHäst\r\n--x--\r\n'


@pytest.fixture(scope="module")
def read():
    """What makes a request of what gunicorn heard."""
    return runpy.run_module("lcep.wsgi")["application"].request_class


@pytest.mark.parametrize("said", SAID)
def test_a_question_in_an_address(read, said):
    asked = RequestFactory().get("/partnerships/", {"q": "Häst"}).environ
    assert read(asked | {"CONTENT_TYPE": f"text/html; charset={said}"}).GET["q"] == "Häst"


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/x-www-form-urlencoded", f"name={quote('Häst')}"), ("multipart/form-data; boundary=x", MULTIPART)],
    ids=["plain", "parts"],
)
def test_a_form(read, said, kind, body):
    sent = RequestFactory().generic("POST", "/", body.encode(), content_type=kind).environ
    assert read(sent | {"CONTENT_TYPE": f"{kind}; charset={said}"}).POST["name"] == "Häst"
