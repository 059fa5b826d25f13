"""`seed` loads data files again and again: it never undoes a person's work and never stops half-way."""

import pytest
from django.core.management import CommandError, call_command

from partnerships.models import Partnership, Place, Region
from partnerships.seeding import BadDataError, load
from tests import factories

TABLES = {"regions": Region, "places": Place, "partnerships": Partnership}
REGIONS = """
[north]
slug = "north"
name = "The North"
source = "An atlas"
"""
PLACES = """
[defaults]
region = "north"
source = "An atlas"

[ayton]
slug = "ayton"
name = "Ayton"
kind = "city"

[beeton]
slug = "beeton"
name = "Beeton"
kind = "ward"
inside = "ayton"
"""
PARTNERSHIPS = """
[ayton-cep]
slug = "ayton-cep"
name = "Ayton CEP"
region = "north"
places = ["ayton"]
summary = "Everybody in Ayton."
about = \"\"\"
Two lines
of text.
\"\"\"
source = "https://ayton.example.org"
last_confirmed_on = 2026-11-21
"""


@pytest.fixture
def files(tmp_path):
    """Three data files and a way to rewrite a part of them."""

    class Files:
        folder = tmp_path

        def write(self, name, text):
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")

        def replace(self, name, old, new):
            path = tmp_path / f"{name}.toml"
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")

        def load(self):
            return load(tmp_path, TABLES)

    made = Files()
    made.write("regions", REGIONS)
    made.write("places", PLACES)
    made.write("partnerships", PARTNERSHIPS)
    return made


@pytest.fixture
def ayton(db, files):
    files.load()
    return Partnership.objects.get(slug="ayton-cep")


def test_rows_are_made_with_what_they_point_to(db, files):
    assert files.load() == ["Regions: 1 added.", "Places: 2 added.", "Partnerships: 1 added."]

    ayton = Partnership.objects.get(slug="ayton-cep")
    assert ayton.region.name == "The North"
    assert [place.name for place in ayton.places.all()] == ["Ayton"]
    assert Place.objects.get(slug="beeton").inside.slug == "ayton"
    assert ayton.about == "Two lines\nof text."


def test_a_second_time_changes_nothing(ayton, files, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert files.load() == []


def test_a_new_value_in_the_file_arrives(ayton, files):
    files.replace("partnerships", "Everybody in Ayton.", "All of Ayton.")

    assert files.load() == ["Partnerships: changed ayton-cep (summary)."]
    ayton.refresh_from_db()
    assert ayton.summary == "All of Ayton."


def test_what_a_person_edited_stays(ayton, files):
    Partnership.objects.update(name="Ayton33")
    files.replace("partnerships", "Ayton CEP", "Ayton Partnership")
    files.replace("partnerships", "Everybody", "All")

    said = files.load()

    ayton.refresh_from_db()
    assert (ayton.name, ayton.summary) == ("Ayton33", "All in Ayton.")
    assert said == ["Partnerships: changed ayton-cep (summary).", "Partnerships: left as edited here ayton-cep (name)."]


def test_an_edit_is_not_even_mentioned_while_the_file_says_what_it_said(ayton, files):
    Partnership.objects.update(name="Ayton33")

    assert files.load() == []
    ayton.refresh_from_db()
    assert ayton.name == "Ayton33"


def test_an_edit_outlives_many_changes_of_the_file(ayton, files):
    Partnership.objects.update(name="Ayton33")
    for old, new in [("Ayton CEP", "One"), ("One", "Two"), ("Two", "Three")]:
        files.replace("partnerships", f'name = "{old}"', f'name = "{new}"')
        files.load()

    ayton.refresh_from_db()
    assert ayton.name == "Ayton33"


def test_an_edit_taken_back_lets_the_file_speak_again(ayton, files):
    Partnership.objects.update(name="Ayton33")
    files.load()
    Partnership.objects.update(name="Ayton CEP")
    files.replace("partnerships", "Ayton CEP", "Ayton Partnership")
    files.load()

    ayton.refresh_from_db()
    assert ayton.name == "Ayton Partnership"


def test_what_a_person_blanked_stays_blank(ayton, files):
    Partnership.objects.update(summary="", last_confirmed_on=None)
    files.load()

    ayton.refresh_from_db()
    assert (ayton.summary, ayton.last_confirmed_on) == ("", None)


def test_the_line_ends_of_a_form_are_no_edit(ayton, files):
    Partnership.objects.update(about="Two lines\r\nof text.\r\n")
    files.replace("partnerships", "of text", "of words")
    files.load()

    ayton.refresh_from_db()
    assert ayton.about == "Two lines\nof words."


def test_a_field_that_leaves_the_file_is_emptied_unless_edited(ayton, files):
    files.replace("partnerships", 'summary = "Everybody in Ayton."\n', "")
    assert files.load() == ["Partnerships: changed ayton-cep (summary)."]
    ayton.refresh_from_db()
    assert ayton.summary == ""
    assert files.load() == []


def test_a_place_a_person_moved_stays_moved(ayton, files):
    south = factories.RegionFactory(slug="south", name="The South")
    Place.objects.filter(slug="ayton").update(region=south)
    files.replace("regions", "The North", "North")
    files.load()

    assert Place.objects.get(slug="ayton").region == south


def test_places_a_person_added_or_took_out_stay_so(ayton, files):
    files.write("places", PLACES + '\n[seaton]\nslug = "seaton"\nname = "Seaton"\nkind = "ward"\n')
    files.replace("partnerships", '["ayton"]', '["ayton", "beeton"]')
    files.load()
    ayton.places.remove(Place.objects.get(slug="ayton"))
    ayton.places.add(factories.PlaceFactory(slug="elsewhere", name="Elsewhere"))

    files.replace("partnerships", '["ayton", "beeton"]', '["ayton", "seaton"]')
    assert files.load() == ["Partnerships: changed ayton-cep (places)."]
    assert {place.slug for place in ayton.places.all()} == {"elsewhere", "seaton"}
    assert files.load() == []


def test_rows_of_people_stay_and_rows_that_left_the_file_too(ayton, files):
    factories.PlaceFactory(slug="own", name="Own")
    files.write("places", PLACES.split("[beeton]")[0])

    assert files.load() == []
    assert {"own", "beeton"} <= set(Place.objects.values_list("slug", flat=True))


def test_a_row_a_person_made_first_is_taken_up_and_its_gaps_are_filled(db, files):
    region = factories.RegionFactory(slug="north", name="Up North")
    factories.PartnershipFactory(slug="ayton-cep", name="Our Ayton", region=region, places=[])

    files.load()
    ayton = Partnership.objects.get(slug="ayton-cep")
    assert (ayton.name, ayton.summary, ayton.region.name) == ("Our Ayton", "Everybody in Ayton.", "Up North")
    assert [place.slug for place in ayton.places.all()] == ["ayton"]
    assert Partnership.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "places",
            'region = "north"',
            'region = "nroth"',
            "places.toml, row ayton, field region: there is no region 'nroth'",
        ),
        (
            "places",
            'kind = "ward"',
            'kind = "hamlet"',
            "places.toml, row beeton, field kind: Value 'hamlet' is not a valid",
        ),
        (
            "places",
            'name = "Beeton"',
            'nmae = "Beeton"',
            "places.toml, row beeton, field nmae: place has no such field",
        ),
        ("places", 'name = "Beeton"\n', "", "places.toml, row beeton, field name: it is missing"),
        ("places", 'slug = "beeton"', 'slug = "ayton"', "places.toml, row beeton: it collides with another row"),
        ("places", 'slug = "beeton"', 'slug = "not a slug"', "places.toml, row beeton, field slug: Enter a valid"),
        ("places", 'inside = "ayton"', "inside = 3", "places.toml, row beeton, field inside: there is no place 3"),
        ("places", "[beeton]", "[ayton]", "places.toml cannot be read"),
        ("places", "[beeton]", "[beeton", "places.toml cannot be read"),
        ("places", "[defaults]", "loose = 1\n[defaults]", "places.toml: 'loose' stands outside any row"),
        ("places", 'source = "An atlas"', "", "places.toml, row ayton, field source: every row names its source"),
        (
            "partnerships",
            '["ayton"]',
            '["atlantis"]',
            "partnerships.toml, row ayton-cep, field places: there is no place 'atlantis'",
        ),
        ("partnerships", '["ayton"]', '"ayton"', "partnerships.toml, row ayton-cep, field places: a list of keys"),
        ("partnerships", "2026-11-21", '"yesterday"', "partnerships.toml, row ayton-cep, field last_confirmed_on"),
        (
            "partnerships",
            "https://ayton.example.org",
            "x" * 501,
            "row ayton-cep, field source: Ensure this value has at most",
        ),
        (
            "partnerships",
            'summary = "Everybody in Ayton."',
            'status = "merged"',
            "partnerships.toml, row ayton-cep: it collides",
        ),
        ("partnerships", 'slug = "ayton-cep"', 'seeded = "x"', "partnerships.toml, row ayton-cep, field seeded"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_loaded(db, files, name, old, new, said):
    files.replace(name, old, new)

    with pytest.raises(BadDataError, match=r".+") as caught:
        files.load()
    assert said in str(caught.value)
    assert not Region.objects.exists()
    assert not Place.objects.exists()


def test_a_missing_file_is_named(db, files):
    (files.folder / "places.toml").unlink()

    with pytest.raises(BadDataError, match=r"places\.toml cannot be read"):
        files.load()
    assert not Region.objects.exists()


def test_the_command_stops_in_words_and_loads_nothing(db, files, monkeypatch):
    files.replace("places", 'region = "north"', 'region = "nroth"')
    monkeypatch.setattr("lcep.site.seeds.parts", {"first": (1, files_of(files, "regions")), "then": (2, files.load)})

    with pytest.raises(CommandError, match=r"Nothing was loaded\. places\.toml, row ayton"):
        call_command("seed")
    assert not Region.objects.exists()


def files_of(files, name):
    return lambda: load(files.folder, {name: TABLES[name]})
