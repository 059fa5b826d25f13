"""A supporter's officer keeps the listed entries of her region true: adds, merges, retires, and sees who is quiet."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from newsletters.models import Newsletter
from partnerships.directory import Directory
from partnerships.merging import Impossible, Merger
from partnerships.models import Confirmation, Enquiry, Partnership, PartnershipName, Stewardship
from tests import factories
from trust.models import Entry

PARTNERSHIPS = "/admin/partnerships/partnership/"
ADD = f"{PARTNERSHIPS}add/"


def screen(partnership, name="change"):
    return reverse(f"admin:partnerships_partnership_{name}", args=[partnership.pk])


@pytest.fixture
def bexley(london):
    return factories.PlaceFactory(slug="bexley", name="Bexley", kind="borough", region=london)


@pytest.fixture
def barnet(london):
    return factories.PlaceFactory(slug="barnet", name="Barnet", kind="borough", region=london)


@pytest.fixture
def creative(london, bexley):
    return factories.PartnershipFactory(
        slug="creative-bexley", name="Creative Bexley", region=london, places=[bexley], source="A page"
    )


@pytest.fixture
def culture(london, barnet):
    return factories.PartnershipFactory(slug="b-cy", name="Barnet & Culture for Youth", region=london, places=[barnet])


@pytest.fixture
def at_home(london, barnet, cy):
    """A partnership of the region with a manager of its own."""
    home = factories.PartnershipFactory(slug="home", name="Home CEP", region=london, places=[barnet])
    Stewardship.appoint(cy, home)
    return home


def new(**changes):
    return {
        "name": "Creative Wandsworth",
        "kind": "partnership",
        "status": "running",
        "source": "wandsworth.gov.uk",
        "last_confirmed_on": "2026-11-20",
    } | changes


# Adding


def test_she_lists_a_partnership_of_her_region(as_member, officer, london, bexley):
    answer = as_member(officer).post(ADD, new(region=london.pk, places=[bexley.pk]))
    assert answer.status_code == 302
    made = Partnership.objects.get(slug="creative-wandsworth")
    assert (made.region, list(made.places.all()), made.is_at_home) == (london, [bexley], False)
    assert Entry.objects.get(verb="added").actor == officer


@pytest.mark.parametrize("missing", ["name", "source", "last_confirmed_on", "places"])
def test_a_fact_without_source_date_or_place_is_not_listed(as_member, officer, london, bexley, missing):
    words = new(region=london.pk, places=[bexley.pk])
    words.pop(missing)
    text = as_member(officer).post(ADD, words).content.decode()
    assert "There is a problem" in text and f'href="#id_{missing}' in text
    assert not Partnership.objects.exists()


def test_not_in_another_region_nor_with_its_places(as_member, officer, leeds, london, bexley):
    desk, before = as_member(officer), Partnership.objects.count()
    elsewhere = leeds.places.get()
    assert desk.post(ADD, new(region=leeds.region_id, places=[elsewhere.pk])).status_code == 200
    assert desk.post(ADD, new(region=london.pk, places=[bexley.pk, elsewhere.pk])).status_code == 200
    assert Partnership.objects.count() == before


def test_an_administrator_gives_no_place_of_another_region_either(as_member, fay, leeds, london, bexley):
    answer = as_member(fay).post(ADD, new(region=london.pk, places=[leeds.places.get().pk]))
    assert "Choose places of London only" in answer.content.decode()


def test_a_name_that_is_listed_is_not_listed_twice(as_member, officer, london, bexley, creative):
    answer = as_member(officer).post(ADD, new(name="creative bexley", region=london.pk, places=[bexley.pk]))
    assert "is listed already" in answer.content.decode()


def test_the_address_is_free_also_of_old_ones(as_member, officer, london, bexley, culture):
    PartnershipName.objects.create(partnership=culture, name="Old", slug="creative-wandsworth")
    as_member(officer).post(ADD, new(region=london.pk, places=[bexley.pk], slug="mine"))
    assert Partnership.objects.filter(slug="creative-wandsworth-2").exists()


def test_a_manager_lists_nothing(as_member, dee, leeds):
    assert as_member(dee).get(ADD).status_code == 403
    assert as_member(dee).post(ADD, new(region=leeds.region_id, places=[])).status_code == 403


# Confirming


def test_one_press_confirms_today(as_member, officer, creative):
    desk = as_member(officer)
    text = desk.post(screen(creative, "confirm"), follow=True).content.decode()
    creative.refresh_from_db()
    assert creative.last_confirmed_on == localdate() and "Thank you" in text
    assert Entry.objects.filter(partnership=creative, actor=officer).count() == 1
    assert "confirmed today already" in desk.post(screen(creative, "confirm"), follow=True).content.decode()
    assert Entry.objects.filter(partnership=creative).count() == 1


def test_the_action_confirms_the_ticked_ones_and_no_other(as_member, officer, creative, culture, leeds):
    ticked = {"action": "still_right_today", "_selected_action": [creative.pk, leeds.pk]}
    text = as_member(officer).post(PARTNERSHIPS, ticked, follow=True).content.decode()
    assert "Confirmed today: Creative Bexley." in text
    for each, day in ((creative, localdate()), (culture, None), (leeds, None)):
        each.refresh_from_db()
        assert each.last_confirmed_on == day, each


def test_confirming_by_get_is_nothing(as_member, officer, creative):
    assert as_member(officer).get(screen(creative, "confirm")).status_code == 405


def test_what_is_not_hers_does_not_exist(as_member, officer, leeds, dee, at_home):
    for name in ("change", "confirm", "merge", "retire", "history"):
        for other in (leeds, at_home):
            method = "post" if name == "confirm" else "get"
            assert getattr(as_member(officer), method)(screen(other, name)).status_code == 404, name


# Merging


def merged(desk, one, into, **more):
    return desk.post(screen(one, "merge"), {"into": into.pk, "places": "yes"} | more)


def test_what_would_happen_is_said_before(as_member, officer, creative, culture):
    text = as_member(officer).get(screen(creative, "merge"), {"into": culture.pk}).content.decode()
    assert "Merged into Barnet &amp; Culture for Youth" in text and "works for Bexley too" in text
    creative.refresh_from_db()
    assert creative.status == "running"


def test_one_entry_becomes_part_of_another(as_member, officer, creative, culture, bexley, barnet):
    PartnershipName.objects.create(partnership=creative, name="Bexley CEP", slug="bexley-cep")
    assert merged(as_member(officer), creative, culture).status_code == 302
    creative.refresh_from_db()
    assert (creative.status, creative.merged_into, creative.slug) == ("merged", culture, "creative-bexley")
    assert set(culture.names.values_list("name", flat=True)) == {"Creative Bexley", "Bexley CEP"}
    assert set(culture.places.all()) == {bexley, barnet}
    assert Entry.objects.filter(verb="merged away", partnership=creative, actor=officer).exists()


def test_by_its_old_names_one_finds_the_successor_and_its_page_stays(client, as_member, officer, creative, culture):
    PartnershipName.objects.create(partnership=creative, name="Bexley CEP", slug="bexley-cep")
    merged(as_member(officer), creative, culture)
    for words in ("Creative Bexley", "Bexley CEP"):
        assert culture in Directory().search(words), words
    page = client.get("/partnerships/creative-bexley/")
    assert page.status_code == 200 and "Barnet &amp; Culture for Youth" in page.content.decode()
    assert client.get("/partnerships/bexley-cep/", follow=True).status_code == 200


def test_a_merger_made_by_mistake_is_taken_back(as_member, officer, creative, culture):
    culture.names.create(name="Barnet CEP", note="Its first name")
    desk = as_member(officer)
    merged(desk, creative, culture)
    assert "no longer found by the names" in desk.get(screen(creative, "merge")).content.decode()
    assert desk.post(screen(creative, "merge"), {"take_back": "yes"}).status_code == 302
    creative.refresh_from_db()
    assert (creative.status, creative.merged_into) == ("unconfirmed", None)
    assert list(culture.names.values_list("name", flat=True)) == ["Barnet CEP"]
    assert Entry.objects.filter(verb="took back the merger of", actor=officer).count() == 1
    assert merged(desk, creative, culture).status_code == 302, "and it can be merged again"


def test_a_merger_is_not_taken_back_over_the_head_of_the_successors_manager(as_member, officer, creative, culture, cy):
    desk = as_member(officer)
    merged(desk, creative, culture)
    Stewardship.appoint(cy, culture)
    text = desk.post(screen(creative, "merge"), {"take_back": "yes"}, follow=True).content.decode()
    creative.refresh_from_db()
    assert creative.status == "merged" and "has its own manager now" in text


def test_its_places_stay_its_own_unless_she_says_so(as_member, officer, creative, culture, barnet):
    merged(as_member(officer), creative, culture, places="")
    assert list(culture.places.all()) == [barnet]


def test_merging_never_goes_round(as_member, officer, creative, culture, london, bexley):
    desk = as_member(officer)
    assert merged(desk, creative, creative).status_code == 422
    merged(desk, creative, culture)
    assert merged(desk, culture, creative).status_code == 422
    again = desk.post(screen(creative, "merge"), {"into": culture.pk}, follow=True)
    assert "is part of another already" in again.content.decode()
    culture.refresh_from_db()
    assert culture.status == "running"


@pytest.mark.parametrize("how", ["hidden", "ended"])
def test_not_into_what_is_gone(as_member, officer, creative, culture, how):
    Partnership.objects.filter(pk=culture.pk).update(status=how)
    assert merged(as_member(officer), creative, culture).status_code == 422
    with pytest.raises(Impossible):
        Merger(creative, culture).make()


def test_not_across_regions_not_even_by_an_administrator(as_member, fay, creative, listed):
    assert merged(as_member(fay), creative, listed).status_code == 422
    with pytest.raises(Impossible):
        Merger(creative, listed).make(by=fay)


def test_not_into_a_partnership_somebody_else_manages(as_member, officer, creative, at_home):
    assert merged(as_member(officer), creative, at_home).status_code == 422
    assert not at_home.names.exists()


def test_an_administrator_may_merge_an_entry_into_one_at_home_but_not_the_other_way(as_member, fay, creative, at_home):
    assert as_member(fay).get(screen(at_home, "merge")).status_code == 403
    assert merged(as_member(fay), creative, at_home).status_code == 302
    assert at_home.names.filter(name="Creative Bexley").exists()


def test_two_mergers_that_cross_leave_no_ring(creative, culture):
    first, second = Merger(creative, culture), Merger(culture, creative)
    first.make()
    with pytest.raises(Impossible):
        second.make()


def test_a_manager_neither_merges_nor_retires_hers(as_member, dee, leeds):
    for name in ("merge", "retire"):
        assert as_member(dee).get(screen(leeds, name)).status_code == 403
        assert as_member(dee).post(screen(leeds, name), {"source": "x"}).status_code == 403


def test_what_has_merged_leaves_that_state_by_no_form(as_member, fay, creative, culture):
    Merger(creative, culture).make()
    words = {"name": "Creative Bexley", "status": "running", "places": [creative.places.get().pk]}
    as_member(fay).post(
        screen(creative), words | {f"{n}-{p}_FORMS": 0 for n in ("names", "links") for p in ("TOTAL", "INITIAL")}
    )
    creative.refresh_from_db()
    assert creative.status == "merged"


def test_nobody_chooses_merged_in_the_form(as_member, fay, creative):
    """Without a successor the database refuses it: it must not come so far."""
    words = {"name": "Creative Bexley", "status": "merged", "places": [creative.places.get().pk]}
    words |= {f"{n}-{p}_FORMS": 0 for n in ("names", "links") for p in ("TOTAL", "INITIAL")}
    assert as_member(fay).post(screen(creative), words).status_code == 200


# Retiring


def test_it_has_ended_with_a_source(as_member, officer, creative, client):
    desk = as_member(officer)
    assert "Say where we know it from" in desk.post(screen(creative, "retire"), {"source": " "}).content.decode()
    assert desk.post(screen(creative, "retire"), {"source": "Its own site, October 2026"}).status_code == 302
    creative.refresh_from_db()
    assert (creative.status, creative.source) == ("ended", "Its own site, October 2026")
    assert client.get("/partnerships/creative-bexley/").status_code == 200
    assert Entry.objects.filter(verb="retired", actor=officer).exists()
    assert desk.get(screen(creative, "retire")).status_code == 200


# Who is quiet


@pytest.fixture
def fresh(as_member, officer):
    return lambda: as_member(officer).get("/admin/partnerships/partnership/freshness/").content.decode()


def test_the_quietest_come_first(fresh, creative, culture, at_home):
    creative.last_confirmed_on = date(2026, 3, 1)
    creative.save()
    Newsletter.objects.create(partnership=at_home, number=1, subject="News", published_at=timezone.now())
    text = fresh()
    places = [text.index(name) for name in ("Barnet &amp; Culture", "Creative Bexley", "Home CEP")]
    assert places == sorted(places)
    assert "1 March 2026" in text and "Last newsletter" in text and f"{localdate():%-d %B %Y}" in text


def test_asked_and_answered_are_said(fresh, creative, culture):
    asked = timezone.now() - timedelta(days=3)
    Confirmation.objects.create(partnership=creative, half_term="A", sent_to="a@example.org", asked_at=asked)
    Confirmation.objects.create(
        partnership=culture, half_term="A", sent_to="b@example.org", asked_at=asked, answered_at=timezone.now()
    )
    text = fresh()
    assert "no answer" in text and f"answered {localdate():%-d %B %Y}" in text
    assert "a@example.org" not in text


def test_another_region_is_not_in_it(fresh, creative, leeds, listed):
    text = fresh()
    assert "Creative Bexley" in text and "LeedsCEP" not in text and "Hackney Partnership" not in text


def test_what_is_at_home_is_seen_but_not_hers_to_confirm(fresh, as_member, officer, at_home):
    text = fresh()
    assert "Home CEP" in text and "Its manager does" in text and screen(at_home) not in text


@pytest.mark.parametrize("address", ["/admin/partnerships/partnership/freshness/", "/admin/", PARTNERSHIPS])
def test_as_many_queries_for_forty_as_for_one(as_member, officer, creative, london, address):
    desk = as_member(officer)
    with CaptureQueriesContext(connection) as one:
        desk.get(address)
    for number in range(40):
        factories.PartnershipFactory(slug=f"p-{number}", region=london, asked_at_address=f"p{number}@example.org")
    with CaptureQueriesContext(connection) as forty:
        desk.get(address)
    assert len(forty) <= len(one) + 2, f"{len(one)} for one, {len(forty)} for forty"


# Her desk


def test_her_desk_says_what_waits(as_member, officer, creative):
    for days in (1, 2, 3):
        Enquiry.objects.create(
            partnership=creative,
            reader="officer",
            email="a@example.org",
            text="Hello?",
            received_at=timezone.now() - timedelta(days=days),
        )
    text = as_member(officer).get("/admin/").content.decode()
    oldest = localdate() - timedelta(days=3)
    assert f"Three questions wait for an answer. The oldest came on {oldest:%-d %B}." in text
    assert "The quietest" in text and "1 of 1 listed entry was not confirmed" in text


def test_she_sees_no_members(as_member, officer, ben, dee):
    text = as_member(officer).get("/admin/members/membership/").content.decode()
    assert "ben@example.org" not in text and "Ben" not in text


def test_she_hears_that_without_school_dates_nobody_is_asked(as_member, officer, creative):
    assert "no school dates" not in as_member(officer).get("/admin/").content.decode()
    Partnership.objects.filter(pk=creative.pk).update(asked_at_address="a@example.org")
    assert "no school dates" in as_member(officer).get("/admin/").content.decode()


def test_she_reads_the_history_of_her_entries(as_member, officer, creative):
    desk = as_member(officer)
    desk.post(screen(creative, "confirm"))
    assert "confirmed that all is still right" in desk.get(screen(creative, "history")).content.decode()


def test_her_desk_offers_no_newsletter_and_no_people(as_member, officer, dee):
    verbs = "Write a newsletter", "Find a person", "Bring a list of people"
    hers, a_managers = (as_member(member).get("/admin/").content.decode() for member in (officer, dee))
    assert not any(verb in hers for verb in verbs)
    assert all(verb in a_managers for verb in verbs)
