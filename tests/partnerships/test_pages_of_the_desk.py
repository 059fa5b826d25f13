"""The manager's screens of the directory, and the look of the desk."""

import pytest
from django.urls import reverse

from partnerships.models import Document, Organisation, Partnership, Priority, Stewardship
from tests import factories
from trust.models import Entry

WHOLE = {"source": "", "last_confirmed_on": ""}
INLINES = {f"{name}-{part}_FORMS": 0 for name in ("names", "links") for part in ("TOTAL", "INITIAL")}


def change_of(row):
    return reverse(f"admin:partnerships_{row._meta.model_name}_change", args=[row.pk])


def add_of(model):
    return reverse(f"admin:partnerships_{model._meta.model_name}_add")


def words_of(partnership, **changes):
    words = {
        "name": partnership.name,
        "status": partnership.status,
        "places": [place.pk for place in partnership.places.all()],
        "newsletters_a_year": 6,
    }
    return words | WHOLE | INLINES | changes


def test_the_manager_edits_what_her_partnership_says(as_member, dee, leeds):
    answer = as_member(dee).post(change_of(leeds), words_of(leeds, vision="A city that sings."))
    assert answer.status_code == 302
    leeds.refresh_from_db()
    assert leeds.vision == "A city that sings."
    assert Entry.objects.get(verb="changed").actor == dee


def test_its_address_region_and_successor_are_not_hers(as_member, dee, leeds, elsewhere):
    changes = {"slug": "mine", "region": factories.RegionFactory(slug="other").pk, "merged_into": elsewhere.pk}
    as_member(dee).post(change_of(leeds), words_of(leeds, **changes))
    before = (leeds.slug, leeds.region_id, leeds.merged_into_id)
    leeds.refresh_from_db()
    assert (leeds.slug, leeds.region_id, leeds.merged_into_id) == before


@pytest.mark.parametrize("status", ["hidden", "merged"])
def test_a_manager_neither_hides_nor_merges(as_member, dee, leeds, status):
    answer = as_member(dee).post(change_of(leeds), words_of(leeds, status=status))
    assert answer.status_code == 200 and "errornote" in answer.content.decode()
    leeds.refresh_from_db()
    assert leeds.status == "running"


def test_another_partnership_does_not_exist_for_her(as_member, dee, elsewhere):
    assert as_member(dee).get(change_of(elsewhere)).status_code == 404


def test_a_supporters_officer_edits_listed_entries_of_the_region_and_no_other(as_member, leeds, dee, elsewhere, listed):
    officer = factories.member("gwen@example.org", "Gwen")
    Stewardship.appoint(officer, leeds.region)
    desk = as_member(officer)
    assert desk.get(change_of(listed)).status_code == 200
    assert desk.get(change_of(leeds)).status_code == 404, "it has a manager of its own"


def test_nobody_adds_or_deletes_a_partnership_here(as_member, dee, leeds):
    assert as_member(dee).get(add_of(Partnership)).status_code == 403
    assert as_member(dee).post(change_of(leeds).replace("change", "delete")).status_code in {403, 404}
    assert Partnership.objects.filter(pk=leeds.pk).exists()


def test_a_document_gets_an_address_of_its_own(as_member, dee, leeds):
    desk = as_member(dee)
    for _ in range(2):
        words = {"partnership": leeds.pk, "title": "Our plan", "kind": "own", **WHOLE}
        assert desk.post(add_of(Document), words).status_code == 302
    assert sorted(leeds.documents.values_list("slug", flat=True)) == ["our-plan", "our-plan-2"]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Document, {"title": "Plan", "kind": "own"}),
        (Priority, {"title": "Voice", "short_name": "Voice", "position": 1}),
        (Organisation, {"name": "A school"}),
    ],
)
def test_rows_are_made_for_ones_own_partnership_only(as_member, dee, leeds, elsewhere, model, words):
    desk = as_member(dee)
    assert desk.post(add_of(model), words | WHOLE | {"partnership": elsewhere.pk}).status_code == 200
    assert not model.objects.exists()
    assert desk.post(add_of(model), words | WHOLE | {"partnership": ""}).status_code == 200
    assert not model.objects.exists()
    assert desk.post(add_of(model), words | WHOLE | {"partnership": leeds.pk}).status_code == 302
    assert model.objects.get().partnership == leeds


def test_a_row_never_moves_to_another_partnership(as_member, dee, leeds, elsewhere):
    Stewardship.appoint(dee, elsewhere)
    school = factories.OrganisationFactory(partnership=leeds, name="A school")
    as_member(dee).post(change_of(school), {"name": "A school", "partnership": elsewhere.pk, **WHOLE})
    school.refresh_from_db()
    assert school.partnership == leeds


def test_the_desk_says_kindly_when_nothing_waits(as_member, fay):
    text = as_member(fay).get("/admin/").content.decode()
    assert "Nothing is waiting for you" in text or 'class="needs"' in text


def test_the_history_tells_who_did_what(as_member, dee, leeds):
    desk = as_member(dee)
    desk.post(change_of(leeds), words_of(leeds, vision="New"))
    text = desk.get(change_of(leeds).replace("change", "history")).content.decode()
    assert "Dee" in text and "changed" in text and "Vision" in text


@pytest.mark.parametrize("screen", ["", "partnerships/partnership/", "partnerships/document/add/"])
def test_the_desk_holds_no_style_script_or_switch_of_its_own(as_member, dee, leeds, screen):
    text = as_member(dee).get(f"/admin/{screen}").content.decode()
    assert "desk.css" in text and "theme.js" not in text and "dark_mode.css" not in text
    assert " style=" not in text and "<style" not in text
    assert "onclick" not in text


def test_a_list_is_called_by_what_it_lists_and_its_search_has_a_label(as_member, dee, leeds):
    text = as_member(dee).get("/admin/partnerships/partnership/").content.decode()
    assert "<h1>Partnerships</h1>" in text and "Select" not in text.split("</title>")[0]
    assert '<label for="searchbar">Search partnerships</label>' in text
    found = as_member(dee).get("/admin/partnerships/partnership/", {"q": "leeds"}).content.decode()
    assert "LeedsCEP" in found
