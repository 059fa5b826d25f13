"""The directory: forgiving search, filters that can be shared, and regions with their honest gaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.checks import first_words, no_region_shadows_a_page, region_is_tried_last, somebody_reads_the_mail
from partnerships.directory import Directory
from partnerships.models import Partnership, Place, Region
from partnerships.seeding import seed
from partnerships.spelling import MOST_WORDS, bare, closeness, folded, is_slip
from tests import factories


@pytest.fixture
def seeded(db):
    seed()


def names(page):
    return [partnership.name for partnership in page.context["page"].object_list]


FIRST = {
    "spark": "Camden Spark",
    "Camdn Sprak": "Camden Spark",
    "Camden Cultural Commissioning Model": "Camden Spark",
    "leedscep": "Leeds33",
    "Headingley": "Leeds33",
    "yarmouth": "Great Yarmouth Cultural Education Partnership",
    "connected network": "Local Partnerships Forum",
    "11 by 11": "11 by 11",
    "Islingotn": "11 by 11",
    "hammersmith & fulham": "Hammersmith and Fulham LCEP",
    "elcea": "East London Cultural Education Alliance",
}


def test_search_knows_names_former_names_and_places(seeded, client):
    assert {typed: names(client.get("/partnerships/", {"q": typed}))[0] for typed in FIRST} == FIRST


def test_search_for_a_borough_finds_its_own_and_the_wider_one(seeded, client):
    """And not what lies a slip of the finger away: Temple Newsam is in Leeds."""
    found = names(client.get("/partnerships/", {"q": "Newham"}))
    assert found == ["Newham Cultural Education Partnership", "East London Cultural Education Alliance"]


def test_nothing_found_says_what_to_try(seeded, client):
    page = client.get("/partnerships/", {"q": "Xanadu"})
    assert page.status_code == 200 and "Nothing here goes by that name" in page.content.decode()


def test_filters_narrow_and_stand_in_the_address(seeded, client):
    assert set(names(client.get("/partnerships/", {"region": "elsewhere"}))) == {
        "Bristol Cultural Education Partnership",
        "Great Yarmouth Cultural Education Partnership",
    }
    assert names(client.get("/partnerships/", {"place": "armley"})) == ["Leeds33"]
    assert names(client.get("/partnerships/", {"priority": "youth-voice"})) == ["Leeds33"]
    running = names(client.get("/partnerships/", {"status": "running", "region": "london"}))
    assert "FUSE" in running and "Camden Spark" not in running
    assert names(client.get("/partnerships/", {"status": "running", "q": "Camden"})) == []


def test_a_place_filter_shows_the_wider_and_the_smaller(db, client):
    leeds = factories.PlaceFactory()
    ward = factories.PlaceFactory(slug="armley", name="Armley", kind="ward", inside=leeds)
    city = factories.PartnershipFactory(name="City-wide", places=[leeds])
    local = factories.PartnershipFactory(name="Of Armley", places=[ward])
    for slug in ("leeds", "armley"):
        assert set(names(client.get("/partnerships/", {"place": slug}))) == {city.name, local.name}


def test_pages_of_twenty_keep_the_question(db, client):
    for number in range(45):
        factories.PartnershipFactory(name=f"Same name {number:02}")
    second = client.get("/partnerships/", {"q": "same name", "page": "2"})
    text = second.content.decode()
    assert len(names(second)) == 20
    assert "?q=same+name&amp;page=1" in text and "?q=same+name&amp;page=3" in text
    assert "page 2" in text.split("</title>")[0]


def test_hidden_partnerships_are_nowhere(seeded, client):
    Partnership.objects.filter(slug="camden-spark").update(status="hidden", name="Hidden Spark")
    for address in ("/", "/?where=Camden", "/partnerships/?q=Spark", "/london/", "/partnerships/?place=camden"):
        assert "Hidden Spark" not in client.get(address).content.decode()
    for room in ("", "get-involved/", "documents/"):
        assert client.get(f"/partnerships/camden-spark/{room}").status_code == 404
    assert client.get("/partnerships/camden-cultural-commissioning-model/").status_code == 404


def test_a_region_lists_its_partnerships_and_names_its_gaps(seeded, client):
    page = client.get("/london/")
    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["partnerships"][0].name == "11 by 11"
    assert "Bromley" in [place.name for place in page.context["gaps"]]
    assert "Hackney" not in [place.name for place in page.context["gaps"]]
    assert "Supported by A New Direction" in text and "Local Partnerships Forum" in text


def test_a_region_with_one_partnership_shows_its_front(seeded, client):
    assert client.get("/leeds/").content == client.get("/partnerships/leedscep/").content


def test_a_region_with_two_lists_them(seeded, client):
    leeds = Region.objects.get(slug="leeds")
    factories.PartnershipFactory(name="A second one", region=leeds, places=[Place.objects.get(slug="armley")])
    text = client.get("/leeds/").content.decode()
    assert "A second one" in text and "Leeds33" in text


def test_an_unknown_region_is_not_found(seeded, client):
    assert client.get("/atlantis/").status_code == 404
    assert client.get("/london").status_code == 301


def test_no_region_may_be_called_like_a_page(db):
    assert {"about", "partnerships", "admin", "me", "u", "start", "privacy"} <= first_words()
    assert no_region_shadows_a_page(databases=["default"]) == []
    factories.RegionFactory(slug="about", name="About")
    assert [error.id for error in no_region_shadows_a_page(databases=["default"])] == ["partnerships.E002"]
    assert no_region_shadows_a_page(databases=None) == []


def test_a_region_is_the_last_address_tried(settings):
    assert region_is_tried_last() == []
    settings.ROOT_URLCONF = "tests.partnerships.wrong_urls"
    assert [error.id for error in region_is_tried_last()] == ["partnerships.E001"]


@pytest.mark.parametrize("address", ["noreply@example.org", "No-Reply@example.org", "LCEP <no.reply@example.org>"])
def test_an_address_that_nobody_reads_is_named_nowhere(settings, client, address):
    settings.DEFAULT_FROM_EMAIL = address
    assert [warning.id for warning in somebody_reads_the_mail()] == ["partnerships.W001"]
    for page in ("/privacy/", "/complaints/", "/start/", "/about/"):
        assert "mailto:" not in client.get(page).content.decode()


def test_an_address_that_somebody_reads_is_named(settings, client):
    settings.DEFAULT_FROM_EMAIL = "keeper@example.org"
    assert somebody_reads_the_mail() == []
    assert "mailto:keeper@example.org" in client.get("/complaints/").content.decode()


@pytest.mark.parametrize(
    ("typed", "word", "meant"),
    [
        ("hakney", "hackney", True),
        ("hcakney", "hackney", True),
        ("hackneyy", "hackney", True),
        ("hammersmit", "hammersmith", True),
        ("hamersmiht", "hammersmith", True),
        ("sut", "sutton", False),
        ("cat", "car", False),
        ("brent", "trent", True),
        ("barnet", "brent", False),
    ],
)
def test_what_counts_as_a_slip(typed, word, meant):
    assert is_slip(typed, word) is meant


def test_words_round_a_place_are_left_out_but_never_all_of_them():
    assert bare("Royal Borough of Kensington & Chelsea") == "kensington and chelsea"
    assert bare("Leeds City Council") == "leeds"
    assert bare("City of London") == "city of london"
    assert bare("council") == "council"


@given(st.text(max_size=100), st.text(max_size=60))
def test_any_two_texts_can_be_compared(one, other):
    assert closeness(folded(one), folded(other)) in {0, 1, 2, 3, None}


@given(st.text(max_size=100))
def test_a_name_is_always_closest_to_itself(text):
    if folded(text):
        assert closeness(folded(text), folded(text)) == 0


def test_a_text_of_many_words_costs_no_more_than_a_few(seeded):
    assert Directory().search(" ".join(["hackney"] * 5000)) == [
        each for each in Directory().search(" ".join(["hackney"] * MOST_WORDS))
    ]
