"""Forged ids on the desk: another partnership's or region's rows do not exist, whatever is posted."""

import pytest
from django.urls import reverse

from partnerships.models import (
    Document,
    HalfTerm,
    Link,
    Organisation,
    Partnership,
    PartnershipName,
    Place,
    Priority,
    Programme,
    Region,
    Supporter,
)
from tests import factories
from trust.models import Entry

WHOLE = {"source": "", "last_confirmed_on": ""}


def address(row, name="change"):
    return reverse(f"admin:partnerships_{row._meta.model_name}_{name}", args=[row.pk])


def inlines(*prefixes, **counts):
    return {f"{prefix}-{part}_FORMS": 0 for prefix in prefixes for part in ("TOTAL", "INITIAL")} | counts


def words_of(partnership, **more):
    places = [place.pk for place in partnership.places.all()]
    words = {"name": partnership.name, "status": partnership.status, "places": places, "newsletters_a_year": 6}
    return words | WHOLE | inlines("names", "links") | more


@pytest.fixture
def entry(london):
    bexley = factories.PlaceFactory(slug="bexley", name="Bexley", kind="borough", region=london)
    return factories.PartnershipFactory(slug="creative-bexley", region=london, places=[bexley])


# Inline rows


def test_a_name_and_a_link_are_added_and_changed(as_member, dee, leeds):
    desk = as_member(dee)
    new = {
        "names-0-name": "LeedsCEP the first",
        "names-0-until_when": "2023",
        "links-0-kind": "x",
        "links-0-url": "x.com/a",
    }
    assert (
        desk.post(address(leeds), words_of(leeds) | new | {"names-TOTAL_FORMS": 1, "links-TOTAL_FORMS": 1}).status_code
        == 302
    )
    name, link = leeds.names.get(), leeds.links.get()
    assert (name.name, name.slug, link.url) == ("LeedsCEP the first", "", "https://x.com/a")
    old = {"names-0-id": name.pk, "names-0-partnership": leeds.pk, "names-0-name": "Other", "names-0-slug": "hackney"}
    old |= {"names-TOTAL_FORMS": 1, "names-INITIAL_FORMS": 1, "names-0-DELETE": "on"}
    desk.post(address(leeds), words_of(leeds) | old)
    assert list(leeds.names.values_list("name", "slug")) == [("Other", "")], (
        "names are neither deleted nor re-addressed"
    )


@pytest.mark.parametrize("when", ["23", "2023-13", "autumn", "2023-1"])
def test_a_year_that_is_none_is_asked_for_again(as_member, dee, leeds, when):
    new = {"names-0-name": "Old", "names-0-until_when": when, "names-TOTAL_FORMS": 1}
    text = as_member(dee).post(address(leeds), words_of(leeds) | new).content.decode()
    assert "There is a problem" in text and "like 2017-09" in text and 'href="#id_names-0-until_when"' in text


def test_somebody_elses_name_is_not_changed_through_ones_own_form(as_member, dee, leeds, elsewhere):
    other = PartnershipName.objects.create(partnership=elsewhere, name="Theirs")
    link = Link.objects.create(partnership=elsewhere, kind="x", url="https://x.com/theirs")
    forged = {
        "names-TOTAL_FORMS": 1, "names-INITIAL_FORMS": 1, "names-0-id": other.pk, "names-0-name": "Mine",
        "names-0-partnership": leeds.pk, "links-TOTAL_FORMS": 1, "links-INITIAL_FORMS": 1, "links-0-id": link.pk,
        "links-0-partnership": leeds.pk, "links-0-kind": "x", "links-0-url": "https://x.com/me", "links-0-DELETE": "on",
    }  # fmt: skip
    as_member(dee).post(address(leeds), words_of(leeds) | forged)
    other.refresh_from_db()
    link.refresh_from_db()
    assert (other.name, other.partnership, link.url, link.partnership) == (
        "Theirs", elsewhere, "https://x.com/theirs", elsewhere,
    )  # fmt: skip


def test_a_new_name_is_not_hung_on_another_partnership(as_member, dee, leeds, elsewhere):
    forged = {"names-TOTAL_FORMS": 1, "names-0-name": "Mine", "names-0-partnership": elsewhere.pk}
    as_member(dee).post(address(leeds), words_of(leeds) | forged)
    assert not elsewhere.names.exists()


def test_two_links_to_one_place_are_told_in_words(as_member, dee, leeds):
    twice = {
        f"links-{n}-{field}": value for n in (0, 1) for field, value in (("kind", "x"), ("url", "https://x.com/a"))
    }
    answer = as_member(dee).post(address(leeds), words_of(leeds) | twice | {"links-TOTAL_FORMS": 2})
    assert answer.status_code == 200 and not leeds.links.exists()


# Choices


def test_places_of_another_region_are_no_choice(as_member, dee, fay, leeds, entry):
    bexley = entry.places.get()
    for person in (dee, fay):
        as_member(person).post(address(leeds), words_of(leeds, places=[bexley.pk]))
        assert bexley not in leeds.places.all()


def test_an_organisation_works_in_no_place_of_another_region(as_member, dee, leeds, entry):
    words = {"partnership": leeds.pk, "name": "A school", "areas": [entry.places.get().pk], **WHOLE}
    assert as_member(dee).post("/admin/partnerships/organisation/add/", words).status_code == 200
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("who", ["dee", "officer"])
def test_no_row_is_made_for_somebody_else(as_member, request, who, leeds, elsewhere, entry, london):
    person = request.getfixturevalue(who)
    desk = as_member(person)
    theirs, region = (elsewhere, london) if who == "dee" else (leeds, leeds.region)
    start = Organisation.objects.count()
    rows = {
        "organisation": {"name": "A school"},
        "priority": {"title": "T", "short_name": "S", "position": 1},
        "document": {"title": "D", "kind": "own"},
    }
    for model, words in rows.items():
        desk.post(f"/admin/partnerships/{model}/add/", words | WHOLE | {"partnership": theirs.pk})
    desk.post("/admin/partnerships/document/add/", rows["document"] | WHOLE | {"region": region.pk})
    both = {"region": getattr(person, "pk", 1), "partnership": theirs.pk}
    desk.post("/admin/partnerships/document/add/", rows["document"] | WHOLE | both)
    desk.post(
        "/admin/partnerships/programme/add/",
        {"region": region.pk, "name": "P", "years": "1", "text": "t", "position": 1},
    )
    desk.post(
        "/admin/partnerships/place/add/", {"region": region.pk, "name": "P", "kind": "borough"} | inlines("half_terms")
    )
    desk.post("/admin/partnerships/supporter/add/", {"region": region.pk, "called": "S"})
    assert [m.objects.count() for m in (Priority, Document, Programme, Supporter)] == [0, 0, 0, 0]
    assert Organisation.objects.count() == start and not Place.objects.filter(name="P").exists()


def test_an_officer_makes_rows_for_her_entries_and_her_region(as_member, officer, entry, london):
    desk = as_member(officer)
    document = {"title": "Guide", "kind": "guide", **WHOLE}
    assert desk.post("/admin/partnerships/document/add/", document | {"region": london.pk}).status_code == 302
    assert desk.post("/admin/partnerships/document/add/", document | {"partnership": entry.pk}).status_code == 302
    neither = desk.post("/admin/partnerships/document/add/", document)
    assert "a document belongs to one of them" in neither.content.decode()
    both = desk.post("/admin/partnerships/document/add/", document | {"region": london.pk, "partnership": entry.pk})
    assert "a document belongs to one of them" in both.content.decode()
    assert {document.belongs_to for document in Document.objects.all()} == {london, entry}


def test_whose_row_it_is_never_changes(as_member, officer, entry, london, leeds):
    document = Document.objects.create(region=london, title="Guide", slug="guide")
    programme = Programme.objects.create(region=london, name="P", years="1", text="t")
    desk = as_member(officer)
    desk.post(
        address(document),
        {"title": "New", "kind": "guide", "partnership": entry.pk, "region": leeds.region_id, **WHOLE},
    )
    desk.post(
        address(programme),
        {"name": "New", "years": "1", "text": "t", "position": 1, "region": leeds.region_id, **WHOLE},
    )
    document.refresh_from_db()
    programme.refresh_from_db()
    assert (document.title, document.region, document.partnership) == ("New", london, None)
    assert (programme.name, programme.region) == ("New", london)


# Rows behind the wall


def test_rows_of_another_partnership_or_region_do_not_exist(as_member, dee, eve, officer, leeds, entry, london):
    of_leeds = [
        leeds,
        Organisation.objects.create(partnership=leeds, name="School"),
        Priority.objects.create(partnership=leeds, title="T", short_name="S"),
        Document.objects.create(partnership=leeds, title="D", slug="d"),
    ]
    of_region = [
        leeds.region,
        leeds.places.get(),
        Programme.objects.create(region=leeds.region, name="P", years="1", text="t"),
        Supporter.objects.create(region=leeds.region, organisation=Organisation.objects.create(name="S")),
        Document.objects.create(region=leeds.region, title="D", slug="d"),
    ]
    strangers = [(eve, of_leeds), (officer, of_leeds + of_region), (dee, [entry, london])]
    for person, rows in strangers:
        desk = as_member(person)
        for row in rows:
            for name in ("change", "history"):
                for method in ("get", "post"):
                    status = getattr(desk, method)(address(row, name)).status_code
                    assert status in {403, 404}, (person, row, name, method, status)
    assert not Entry.objects.filter(verb="changed").exists()


def test_lists_hold_ones_own_rows_only(as_member, dee, officer, leeds, entry, elsewhere):
    for model in (Organisation, Priority, Document):
        for partnership in (leeds, elsewhere, entry):
            title = f"Of {partnership.name}"
            fields = {"name": title} if model is Organisation else {"title": title}
            extra = {"short_name": "x"} if model is Priority else ({"slug": "d"} if model is Document else {})
            model.objects.create(partnership=partnership, **fields, **extra)
        for person, own in ((dee, leeds), (officer, entry)):
            text = as_member(person).get(f"/admin/partnerships/{model._meta.model_name}/").content.decode()
            seen = [each for each in (leeds, elsewhere, entry) if f"Of {each.name}" in text]
            assert seen == [own], (person, model)


def test_a_question_in_the_address_of_a_list_does_not_look_round_the_wall(as_member, dee, leeds, elsewhere):
    desk = as_member(dee)
    for query in ("stewardships__member__email=eve", "merged_into__mailbox=x", "_to_field=mailbox&_popup=1"):
        assert desk.get(f"/admin/partnerships/partnership/?{query}").status_code in {200, 302, 400}
        text = desk.get(f"/admin/partnerships/partnership/?{query}", follow=True).content.decode()
        assert "Northvale" not in text


# The region's own screens


def test_the_officer_writes_the_introduction_and_moves_neither_name_nor_address(as_member, officer, london):
    words = {"introduction": "London has\u202e many.", "name": "Mine", "slug": "mine", "position": 1, **WHOLE}
    assert as_member(officer).post(address(london), words).status_code == 302
    london.refresh_from_db()
    assert (london.introduction, london.name, london.slug, london.position) == (
        "London has many.",
        "London",
        "london",
        100,
    )
    assert Entry.objects.get(verb="changed").actor == officer


def test_what_a_supporter_offers_and_until_when(as_member, officer, fay, london):
    desk, made = as_member(officer), as_member(fay)
    assert desk.get("/admin/partnerships/supporter/add/").status_code == 403
    words = {"region": london.pk, "called": "A New Direction", "from_on": "2012-04-01", **WHOLE}
    assert made.post("/admin/partnerships/supporter/add/", words).status_code == 302
    supporter = Supporter.objects.get()
    assert supporter.organisation.partnership is None
    wrong = {"offer": "Help", "from_on": "2012-04-01", "until_on": "2011-01-01", **WHOLE}
    assert "lies before" in desk.post(address(supporter), wrong).content.decode()
    assert desk.post(address(supporter), wrong | {"until_on": "2027-01-01"}).status_code == 302
    supporter.refresh_from_db()
    assert (supporter.offer, str(supporter.until_on)) == ("Help", "2027-01-01")
    made.post("/admin/partnerships/supporter/add/", words)
    assert Organisation.objects.filter(partnership=None).count() == 1, "the same organisation, not another"


def test_places_lie_inside_each_other_and_never_round_in_a_ring(as_member, officer, london, leeds):
    desk = as_member(officer)
    words = {"region": london.pk, "name": "Barking & Dagenham", "kind": "borough", **WHOLE} | inlines("half_terms")
    assert desk.post("/admin/partnerships/place/add/", words).status_code == 302
    outer = Place.objects.get(slug="barking-dagenham")
    inner = factories.PlaceFactory(slug="inner", name="Inner", kind="borough", region=london, inside=outer)
    ring = {"name": "Outer", "kind": "borough", "inside": inner.pk, **WHOLE} | inlines("half_terms")
    assert "itself" in desk.post(address(outer), ring).content.decode()
    assert "itself" in desk.post(address(outer), ring | {"inside": outer.pk}).content.decode()
    abroad = desk.post(address(outer), ring | {"inside": leeds.places.get().pk})
    assert abroad.status_code == 200
    outer.refresh_from_db()
    assert outer.inside is None


@pytest.mark.parametrize(
    ("tile", "says"), [((1, ""), "give both, or neither"), ((0, 1), "counted from 1"), ((2, 3), "stands on this tile")]
)
def test_a_tile_has_a_column_and_a_row_of_its_own(as_member, officer, london, tile, says):
    factories.PlaceFactory(slug="a", name="A", kind="borough", region=london, tile_column=2, tile_row=3)
    other = factories.PlaceFactory(slug="b", name="B", kind="borough", region=london)
    words = {"name": "B", "kind": "borough", "tile_column": tile[0], "tile_row": tile[1], **WHOLE} | inlines(
        "half_terms"
    )
    assert says in as_member(officer).post(address(other), words).content.decode()


def test_school_dates_are_entered_at_a_place(as_member, officer, london):
    place = factories.PlaceFactory(slug="a", name="A", kind="borough", region=london)
    term = {
        "school_year": "2026/27",
        "number": 2,
        "name": "Autumn 2",
        "first_on": "2026-11-02",
        "last_on": "2026-12-18",
    }
    words = {"name": "A", "kind": "borough", **WHOLE} | inlines("half_terms")
    row = {f"half_terms-0-{name}": value for name, value in term.items()} | {"half_terms-TOTAL_FORMS": 1}
    desk = as_member(officer)
    backwards = desk.post(address(place), words | row | {"half_terms-0-last_on": "2026-10-01"})
    assert "lies before the first" in backwards.content.decode()
    assert desk.post(address(place), words | row).status_code == 302
    assert str(HalfTerm.objects.get(place=place)) == "Autumn 2 2026/27"
    assert "stands here already" in desk.post(address(place), words | row).content.decode()


# Rules of the database, in words


@pytest.mark.parametrize(
    ("model", "first", "second", "words", "says"),
    [
        (Organisation, {"name": "One"}, {"name": "Two"}, {"name": "ONE"}, "an organisation of this name already"),
        (
            Priority,
            {"title": "One", "short_name": "1"},
            {"title": "Two", "short_name": "2"},
            {"title": "One", "short_name": "2", "position": 1},
            "a priority of this title already",
        ),
    ],
)
def test_a_name_that_is_taken_is_told_in_words_also_when_changing(
    as_member, dee, leeds, model, first, second, words, says
):
    model.objects.create(partnership=leeds, **first)
    row = model.objects.create(partnership=leeds, **second)
    answer = as_member(dee).post(address(row), words | WHOLE)
    assert answer.status_code == 200 and says in answer.content.decode()
    add = as_member(dee).post(
        f"/admin/partnerships/{model._meta.model_name}/add/", words | WHOLE | {"partnership": leeds.pk}
    )
    assert add.status_code == 200 and says in add.content.decode()


def test_a_priority_does_not_end_before_it_begins(as_member, dee, leeds):
    row = Priority.objects.create(partnership=leeds, title="T", short_name="S")
    words = {"title": "T", "short_name": "S", "position": 1, "from_on": "2026-01-01", "until_on": "2025-01-01", **WHOLE}
    assert "lies before “Since”" in as_member(dee).post(address(row), words).content.decode()


def test_nobody_has_agreed_tomorrow(as_member, dee, leeds):
    row = Organisation.objects.create(partnership=leeds, name="School")
    answer = as_member(dee).post(address(row), {"name": "School", "agreed_on": "2099-01-01", **WHOLE})
    assert "lies in the future" in answer.content.decode()
    as_member(dee).post(address(row), {"name": "School", "agreed_on": "2026-01-05", **WHOLE})
    row.refresh_from_db()
    assert str(row.agreed_on) == "2026-01-05"


def test_nothing_of_the_directory_can_be_deleted(as_member, fay, leeds):
    for model in (Partnership, Region, Place, Organisation, Document):
        row = model.objects.first() or model.objects.create(
            partnership=leeds, **({"title": "D", "slug": "d"} if model is Document else {"name": "x"})
        )
        assert as_member(fay).post(address(row, "delete"), {"post": "yes"}).status_code == 403
        assert model.objects.filter(pk=row.pk).exists()
