"""What every public page promises: no cookie, few queries, whole HTML, kind answers, and any proxy may keep it."""

from itertools import pairwise

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletters.models import Newsletter
from partnerships.models import Document, Partnership, Place, Priority, Region, Stewardship
from partnerships.seeding import seed
from tests import factories

pytestmark = pytest.mark.once

PAGES = [
    "/",
    "/?where=Hackney",
    "/?where=Bromley",
    "/?where=E8",
    "/?where=Morley",
    "/about/",
    "/about/partnerships/",
    "/start/",
    "/privacy/",
    "/accessibility/",
    "/complaints/",
    "/london/",
    "/leeds/",
    "/elsewhere/",
    "/partnerships/",
    "/partnerships/?q=spark&region=london&status=unconfirmed",
    "/partnerships/?page=2",
    "/partnerships/?q=Xanadu",
    "/partnerships/elcea/",
    "/partnerships/elcea/get-involved/",
    "/partnerships/elcea/documents/",
    "/partnerships/leedscep/",
    "/partnerships/leedscep/get-involved/",
    "/partnerships/leedscep/documents/",
    "/partnerships/leedscep/documents/action-plan/",
    "/partnerships/leedscep/network/",
    "/london/documents/powerful-partnerships-resource-library/",
]
MOST_QUERIES = 12


@pytest.fixture
def seeded(db):
    """The real directory, with Leeds at home here."""
    seed()
    dee = factories.member("dee@example.org", "Dee")
    Stewardship.appoint(dee, Partnership.objects.get(slug="leedscep"))
    return dee


def test_it_sets_no_cookie_and_any_proxy_may_keep_it(seeded, client):
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200
        assert not answer.cookies and "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert "public" in answer["Cache-Control"] and "max-age" in answer["Cache-Control"]
        assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_signed_in_get_the_very_same_page(seeded, client, as_member):
    for address in PAGES:
        mine = as_member(seeded).get(address)
        assert mine.content == client.get(address).content
        assert "Cookie" not in mine.headers.get("Vary", "")


def test_it_is_whole_html_with_one_heading_and_landmarks(seeded, client):
    for address in PAGES:
        text = client.get(address).content.decode()
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
        assert tree.get("lang") == "en-GB"
        assert [len(list(tree.iter(tag))) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        levels = [int(element.tag[1]) for element in tree.iter() if element.tag in {"h1", "h2", "h3", "h4"}]
        assert levels[0] == 1 and all(later - earlier <= 1 for earlier, later in pairwise(levels))
        skip = next(tree.iter("a"))
        assert skip.get("href") == "#main" and "main" in ids
        assert "My pages" in text and "Sign out" not in text


def test_titles_differ(seeded, client):
    pages = [page for page in PAGES if "?" not in page and page != "/leeds/"]
    titles = [client.get(page).content.decode().split("<title>")[1].split("</title>")[0] for page in pages]
    assert len(set(titles)) == len(titles)


def test_it_asks_the_database_little(seeded, client, django_assert_max_num_queries):
    for address in PAGES:
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(address)


def test_more_rows_cost_no_more_queries(seeded, client):
    pages = ["/", "/?where=Leeds", "/partnerships/", "/london/", "/partnerships/leedscep/"]
    leeds, london = Partnership.objects.get(slug="leedscep"), Region.objects.get(slug="london")
    Newsletter.objects.create(partnership=leeds, number=99, subject="One", published_at=timezone.now())
    before = [queries_of(client, page) for page in pages]
    for number in range(15):
        place = factories.PlaceFactory(slug=f"new-{number}", name=f"New {number}", kind="borough", region=london)
        factories.PartnershipFactory(region=london, places=[place, *Place.objects.all()[:3]])
        Priority.objects.create(
            partnership=leeds, title=f"P {number}", short_name=f"P{number}", position=number % 12 + 1
        )
        Document.objects.create(partnership=leeds, slug=f"d-{number}", title=f"D {number}")
        factories.GroupFactory(partnership=leeds, name=f"Pod {number}", slug=f"extra-{number}")
        Newsletter.objects.create(partnership=leeds, number=100 + number, subject="More", published_at=timezone.now())
    assert [queries_of(client, page) for page in pages] == before


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_it_is_for_reading(seeded, client):
    for address in [page for page in PAGES if "?" not in page]:
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


BAD = [
    ("/", {"where": "x" * 101}, 400),
    ("/", {"where": "a\x00b\x07"}, 200),
    ("/", {"where": "<script>alert(1)</script>"}, 200),
    ("/", {"where": "'; DROP TABLE members_member; --"}, 200),
    ("/", {"where": "{{ 7|add:7 }}{% debug %}"}, 200),
    ("/", {"where": "\u202ekcaH", "other": "y" * 3000}, 200),
    ("/partnerships/", {"q": "x" * 101}, 400),
    ("/partnerships/", {"q": "a\x00b"}, 200),
    ("/partnerships/", {"region": "atlantis"}, 400),
    ("/partnerships/", {"status": "hidden"}, 400),
    ("/partnerships/", {"place": "../../etc/passwd"}, 400),
    ("/partnerships/", {"priority": "forged"}, 400),
    ("/partnerships/", {"page": "-1"}, 200),
    ("/partnerships/", {"page": "9" * 5000}, 200),
    ("/partnerships/", {"page": "abc"}, 200),
    ("/partnerships/", {"q": ["one", "two"], "q[]": "x", "%": "%"}, 200),
    ("/partnerships/", {"q": "%_\\"}, 200),
    ("/partnerships/elcea/", {"q": "x" * 5000}, 200),
]


def test_bad_input_gets_a_friendly_page(seeded, client):
    for address, query, status in BAD:
        answer = client.get(address, query)
        text = answer.content.decode()
        assert answer.status_code == status, query
        assert "<script>" not in text and "Traceback" not in text
        html5lib.HTMLParser(strict=True).parse(text)
        if status == 400:
            assert "There is a problem" in text and text.split("<title>")[1].startswith("Error: ")


def test_an_address_that_is_no_utf_8_crashes_nothing(seeded, client):
    for address in ("/?where=%ff%fe", "/partnerships/?q=%ff", "/partnerships/%ff/", "/%00/"):
        assert client.get(address).status_code in {200, 400, 404}


def test_the_demonstration_says_so_on_every_page(seeded, client, settings):
    settings.DEMO = True
    assert all("everything that happens here is invented" in client.get(page).content.decode() for page in PAGES)
    settings.DEMO = False
    assert not any("invented" in client.get(page).content.decode() for page in PAGES)


def test_ready_asks_the_database_and_its_migrations(db, client):
    assert client.get("/readyz").json()["database"] == "ok"
    assert client.get("/readyz").json()["migrations"] == "ok"
