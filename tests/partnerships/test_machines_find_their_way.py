"""What machines read: the map of the site, robots.txt, security.txt, the head of each page, and data about it."""

import json
import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.utils import timezone

from lcep.site import today
from newsletters.models import Newsletter
from partnerships.models import Document, DocumentVersion, Link, Partnership, Stewardship
from partnerships.seeding import seed
from pods.seeding import seed as seed_groups
from tests import factories
from trust.text import data_block

pytestmark = pytest.mark.once

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def seeded(db):
    seed()
    seed_groups()
    leeds = Partnership.objects.get(slug="leedscep")
    Stewardship.appoint(factories.member("dee@example.org", "Dee"), leeds)
    Newsletter.objects.create(partnership=leeds, number=1, subject="One", published_at=timezone.now())
    return leeds


@pytest.fixture
def listed_pages(seeded, client):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {url.findtext(f"{LOC}loc"): url.findtext(f"{LOC}lastmod") for url in tree}


def test_every_page_of_the_map_is_there_and_says_the_same_address_itself(listed_pages, client):
    assert len(listed_pages) > 35
    for address in listed_pages:
        page = client.get(address.removeprefix("http://localhost:8000"))
        assert page.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in page.content.decode()


def test_the_map_holds_every_public_page_once(listed_pages):
    paths = {address.removeprefix("http://localhost:8000") for address in listed_pages}
    wanted = {
        "/",
        "/london/",
        "/elsewhere/",
        "/partnerships/",
        "/partnerships/elcea/",
        "/partnerships/leedscep/network/",
    }
    assert wanted | {"/partnerships/leedscep/newsletters/1/", "/partnerships/leedscep/pods/youth-voice/"} <= paths
    assert "/leeds/" not in paths and "/partnerships/elcea/network/" not in paths
    assert not [path for path in paths if "executive" in path or path.startswith(("/me/", "/admin/", "/u/"))]


def test_days_of_change_are_those_of_the_content(listed_pages):
    assert listed_pages["http://localhost:8000/partnerships/leedscep/"] == today().isoformat()
    assert listed_pages["http://localhost:8000/partnerships/fuse-havering/"] == "2026-11-21"
    assert listed_pages["http://localhost:8000/partnerships/camden-spark/"] is None  # never confirmed: not known


def test_what_is_hidden_is_not_on_the_map(seeded, client):
    for owner in ("camden-spark", "elcea"):
        document = Document.objects.create(partnership=Partnership.objects.get(slug=owner), slug="paper", title="Paper")
        version = DocumentVersion(document=document, number=1, dated_on=today(), filename="p.pdf", kind="pdf", size=1)
        version.file.save("p", ContentFile(b"x"))
    Partnership.objects.filter(slug="camden-spark").update(status="hidden")
    text = client.get("/sitemap.xml").content.decode()
    assert "camden-spark" not in text and "/partnerships/elcea/documents/paper/" in text


def test_the_map_costs_the_same_for_more_rows(seeded, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        client.get("/sitemap.xml")


def test_robots_are_led_to_the_map_and_away_from_what_is_personal(seeded, client, settings):
    settings.DEMO = False
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
    assert {"Disallow: /me/", "Disallow: /admin/", "Disallow: /u/"} <= set(text.splitlines())
    assert "Disallow: /\n" not in text
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_security_txt_stands_only_where_somebody_reads(seeded, client, settings):
    settings.DEFAULT_FROM_EMAIL = "noreply@example.org"
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.DEFAULT_FROM_EMAIL = "keeper@example.org"
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: http://localhost:8000/contact/" in text and re.search(r"^Expires: \d{4}-.*Z$", text, re.MULTILINE)


def test_the_head_of_a_page_says_what_it_is(seeded, client):
    text = client.get("/partnerships/elcea/").content.decode()
    assert '<link rel="canonical" href="http://localhost:8000/partnerships/elcea/">' in text
    assert '<meta property="og:title" content="East London Cultural Education Alliance">' in text
    assert 'property="og:image" content="http://localhost:8000/static/card' in text
    assert Partnership.objects.get(slug="elcea").summary[:30] in text.split("</head>")[0]
    assert '<meta name="robots" content="noindex">' in client.get("/contact/").content.decode()
    assert 'rel="canonical"' not in client.get("/contact/").content.decode()


def test_one_page_under_two_addresses_names_one(seeded, client):
    for address in ("/leeds/", "/partnerships/leedscep/"):
        assert 'href="http://localhost:8000/partnerships/leedscep/"' in client.get(address).content.decode()
    assert 'href="http://localhost:8000/partnerships/?page=2"' in client.get("/partnerships/?page=2").content.decode()
    assert 'canonical" href="http://localhost:8000/partnerships/"' in client.get("/partnerships/?q=x").content.decode()


def test_feeds_are_discovered_where_there_are_newsletters(seeded, client):
    text = client.get("/partnerships/leedscep/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml"' in text
    assert "atom+xml" not in client.get("/partnerships/elcea/").content.decode()
    assert "atom+xml" in client.get("/partnerships/leedscep/newsletters/").content.decode()


def test_data_about_a_page_is_what_the_page_says(seeded, client):
    Link.objects.create(partnership=seeded, kind="bluesky", url="https://bsky.app/profile/leeds.example")
    text = client.get("/partnerships/leedscep/").content.decode()
    organisation, crumbs = [json.loads(found) for found in DATA.findall(text)]
    assert organisation["name"] == "Leeds33" and organisation["alternateName"] == ["LeedsCEP"]
    assert organisation["areaServed"][0]["name"] == "Leeds"
    assert organisation["sameAs"] == ["https://bsky.app/profile/leeds.example"]
    assert [step["name"] for step in crumbs["itemListElement"]] == ["Leeds", "Leeds33"]
    (site,) = [json.loads(found) for found in DATA.findall(client.get("/").content.decode())]
    assert site["@type"] == "WebSite" and "{search_term_string}" in site["potentialAction"]["target"]["urlTemplate"]


def test_hostile_names_stay_data(seeded, client):
    name = '</script><script>alert(1)</script>\u2028"&<!--'
    Partnership.objects.filter(pk=seeded.pk).update(name=name, summary=name)
    text = client.get("/partnerships/leedscep/").content.decode()
    assert "<script>" not in text and "<!--" not in text.split("<head>")[1]
    assert json.loads(DATA.findall(text)[0])["name"] == name
    assert data_block({"a": "<&>\u2029"}) == '{"a":"\\u003c\\u0026\\u003e\\u2029"}'


def test_the_card_is_of_the_right_size_and_light():
    png = (Path(django_settings.BASE_DIR) / "static" / "card.png").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1200, 630) and len(png) < 60_000
