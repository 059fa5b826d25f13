"""London's page: the list first, then every area once on the tile map, and the money that helped them begin."""

import re
from xml.etree import ElementTree

import pytest

from partnerships.directory import Directory
from partnerships.models import Partnership, Place, Region
from partnerships.seeding import seed
from partnerships.tiles import TileMap, shortest

SVG = "{http://www.w3.org/2000/svg}"
NORTH = [
    "barking-and-dagenham",
    "barnet",
    "brent",
    "camden",
    "city-of-london",
    "ealing",
    "enfield",
    "hackney",
    "hammersmith-and-fulham",
    "haringey",
    "harrow",
    "havering",
    "hillingdon",
    "hounslow",
    "islington",
    "kensington-and-chelsea",
    "newham",
    "redbridge",
    "tower-hamlets",
    "waltham-forest",
    "westminster",
]


@pytest.fixture
def page(db, client):
    seed()
    return client.get("/london/").content.decode()


@pytest.fixture
def drawn(page):
    return ElementTree.fromstring(re.search(r"<svg class=\"tile-map\".*?</svg>", page, re.DOTALL)[0])


def texts(tile):
    return " ".join(text.text for text in tile.iter() if text.get("class") == "name")


def test_all_33_areas_stand_on_it_once(page, drawn):
    tiles = [tile for tile in drawn if tile.find("rect") is not None]
    assert sorted(texts(tile) for tile in tiles) == sorted(
        Place.objects.filter(region__slug="london").values_list("name", flat=True)
    )
    spots = {(tile.find("rect").get("x"), tile.find("rect").get("y")) for tile in tiles}
    assert len(tiles) == len(spots) == 33


def test_every_link_leads_somewhere_and_says_where(page, drawn, client):
    links = list(drawn.iter("a"))
    assert len(links) == 21
    for link in links:
        assert client.get(link.get("href")).status_code == 200
        name, _, rest = link.get("aria-label").partition(": ")
        assert name == texts(link) and re.match(r"(one|two) partnerships?, \w", rest)


def test_an_area_of_two_leads_to_both(page, drawn, client):
    havering = next(link for link in drawn.iter("a") if link.get("aria-label").startswith("Havering"))
    assert (
        havering.get("aria-label") == "Havering: two partnerships, FUSE and the East London Cultural Education Alliance"
    )
    found = client.get(havering.get("href")).context["page"].object_list
    assert {each.slug for each in found} == {"fuse-havering", "elcea"}


def test_the_number_says_what_the_colour_says(drawn):
    for tile in drawn:
        if (rect := tile.find("rect")) is not None:
            number = next(text.text for text in tile if text.get("class") == "number")
            assert {"–": "step-0", "1": "step-1", "2": "step-2"}[number] == tile.get("class")
            assert rect.get("fill") is None and tile.get("style") is None


def test_what_has_no_partnership_is_left_to_the_list_of_gaps(page, drawn):
    silent = {texts(tile) for tile in drawn.iter("g")}
    gaps = {place.name for place in Directory().gaps(Region.objects.get(slug="london"))}
    assert silent == gaps and all(tile.get("aria-hidden") == "true" for tile in drawn.iter("g"))
    assert page.index("Nothing listed yet") < page.index('<svg class="tile-map"')


def test_the_list_comes_before_the_map(page):
    assert page.index("19 partnerships") < page.index("tile-map") < page.index("Supported by")


def test_the_thames_divides_north_from_south(page):
    london = Place.objects.filter(region__slug="london")
    assert {place.slug for place in london if place.tile_row <= 4} == set(NORTH)
    rows = [sorted(place.tile_column for place in london if place.tile_row == row) for row in range(1, 8)]
    assert all(row == list(range(row[0], row[-1] + 1)) for row in rows)


def test_a_hidden_or_ended_partnership_leaves_its_tile(db):
    seed()
    Partnership.objects.filter(slug="camden-spark").update(status="hidden")
    Partnership.objects.filter(slug="11-by-11").update(status="ended")
    tiles = {tile.place.slug: tile for tile in TileMap(Region.objects.get(slug="london"), Directory()).tiles}
    assert tiles["camden"].count == tiles["islington"].count == 0 and not tiles["camden"].href


def test_a_region_without_tiles_has_no_map(db, client):
    seed()
    assert "tile-map" not in client.get("/elsewhere/").content.decode()


def test_a_name_is_text_whatever_it_holds(db, client):
    seed()
    Place.objects.filter(slug="camden").update(name='</text><script>x</script>"')
    assert "<script>" not in client.get("/london/").content.decode()


def test_short_names_tell_areas_apart():
    assert shortest(["Haringey", "Harrow", "Barnet", "Barking"]) == 4
    assert shortest(["Bristol", "Leeds"]) == 3


def test_programmes_and_documents_have_their_source(page):
    assert "Money that helped them begin" in page
    assert page.index("Challenge London</a>, 2018 to 2022") > page.index(
        "London Cultural Education Challenge</a>, 2015 to 2018"
    )
    assert "£1.1 million" in page and "Powerful Partnerships Resource Library" in page
