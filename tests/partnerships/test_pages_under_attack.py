"""Whatever is asked of a public page, the answer is a page for people with the right status, and quick."""

import time

import html5lib
import pytest
from django.test import Client

from partnerships.models import Document, Enquiry, Organisation
from partnerships.seeding import seed

pytestmark = pytest.mark.once

PAGES = ["/", "/partnerships/", "/london/", "/partnerships/elcea/", "/partnerships/elcea/documents/", "/about/"]
HOSTILE = [
    "?q=" + "x" * 100_000,
    "?where=" + "%F0%9F%8E%A8" * 3000,
    "?" + "&".join(f"q={n}" for n in range(400)),
    "?q=%00%0d%0aSet-Cookie:%20a=b",
    "?q=%ff%fe&where=%c0%80",
    "?page=1e309&page=-0&page=%00",
    "?place[]=camden&place[$ne]=1&region=london%27--",
    "?status=hidden&priority=%3Cscript%3E&place=../../etc/passwd",
    "?" + "%" * 500,
    "?q=" + "(a+)+" * 18,
]


@pytest.fixture
def seeded(db):
    seed()


@pytest.fixture
def visitor(seeded):
    return Client(raise_request_exception=False)


def is_a_page(answer):
    text = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    return "<h1" in text and "<script>" not in text and "Traceback" not in text


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions_get_a_friendly_page(visitor, query):
    for address in PAGES:
        began = time.process_time()
        answer = visitor.get(address + query)
        assert answer.status_code in {200, 400}, (address, query[:60])
        assert is_a_page(answer) and not answer.cookies and "a=b" not in str(answer.headers)
        assert time.process_time() - began < 3


def test_more_fields_than_anybody_fills_in_are_refused(visitor):
    answer = visitor.get("/partnerships/?" + "&".join(f"f{n}=1" for n in range(600)))
    assert answer.status_code == 400 and is_a_page(answer)


@pytest.mark.parametrize(
    "address",
    [
        "/partnerships/%00/",
        "/partnerships/elcea%2F..%2F/",
        "/partnerships/" + "a" * 5000 + "/",
        "/partnerships/elcea/documents/" + "x" * 3000 + "/",
        "/partnerships/elcea/documents/x/9999999999999999999999/",
        "/partnerships/elcea/documents/x/-1/",
        "/partnerships/elcea/network/",
        "/partnerships/nobody/contact/",
        "/partnerships/nobody/network/",
        "/atlantis/",
        "/atlantis/documents/plan/",
        "/london/documents/plan/1/",
        "/%F0%9F%8E%A8/",
        "/sitemap.xml/",
        "/.git/config",
        "/.env",
    ],
)
def test_what_does_not_exist_is_not_found(visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 404 and is_a_page(answer)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_pages_for_reading_are_only_read(visitor, method):
    for address in [*PAGES, "/sitemap.xml", "/robots.txt"]:
        answer = getattr(visitor, method)(address)
        assert answer.status_code == 405 and set(answer["Allow"].split(", ")) == {"GET", "HEAD"}


def test_the_head_of_a_page_is_the_pages_own(visitor):
    for address in PAGES:
        head, page = visitor.head(address), visitor.get(address)
        assert head.status_code == 200 and not head.content and head["ETag"] == page["ETag"]


def test_a_form_takes_no_rows_from_its_fields(client, dee):
    """Fields that the page does not have change nothing: not who reads, not whether it was answered."""
    page = client.get("/partnerships/leedscep/contact/")
    forged = {"reader": "keeper", "answered_at": "2020-01-01", "partnership": "1", "answered_by": dee.pk, "id": "7"}
    asked = {"email": "sam@example.org", "text": "Hello", "opened": page.context["form"].initial["opened"]}
    time.sleep(2.1)
    client.post("/partnerships/leedscep/contact/", asked | forged)
    enquiry = Enquiry.objects.get()
    assert enquiry.reader == "manager" and enquiry.answered_at is None and enquiry.partnership.slug == "leedscep"


def test_hostile_words_of_people_come_out_as_text(client, dee):
    leeds = dee.stewardships.get().partnership
    bad = "<script>x</script>\"'{{ 7|add:7 }}"
    Document.objects.create(partnership=leeds, slug="bad", title=bad, summary=bad, publisher=bad)
    Organisation.objects.create(partnership=leeds, name=bad, line=bad, agreed_on="2026-01-01")
    for room in ("", "documents/", "documents/bad/", "network/", "contact/"):
        answer = client.get(f"/partnerships/leedscep/{room}")
        assert answer.status_code == 200 and is_a_page(answer)
