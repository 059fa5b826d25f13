"""One organisation under two names becomes one: its people move, what is known of it is kept, the other goes."""

import pytest
from django.urls import reverse

from partnerships.models import Organisation
from tests import factories
from trust.models import Entry

LIST = "/admin/partnerships/organisation/"


@pytest.fixture
def kept(leeds):
    return factories.OrganisationFactory(partnership=leeds, name="Leeds City Museum", sector="museum")


@pytest.fixture
def gone(leeds):
    return factories.OrganisationFactory(
        partnership=leeds, name="City Museum", sector="library", website="https://example.org", agreed_on="2026-01-02"
    )


@pytest.fixture
def theirs(elsewhere):
    return factories.OrganisationFactory(partnership=elsewhere, name="Northvale Gallery")


def merger(organisation) -> str:
    return reverse("admin:partnerships_organisation_merge", args=[organisation.pk])


def test_its_people_move_and_what_only_it_said_is_kept(as_member, dee, ben, kept, gone, leeds):
    ben.organisation = gone
    ben.save()
    gone.areas.add(leeds.places.get())
    desk = as_member(dee)
    page = desk.get(merger(gone), {"kept": kept.pk}).content.decode()
    assert "1 person or entry moves to Leeds City Museum" in page
    assert Organisation.objects.filter(pk=gone.pk).exists()

    desk.post(merger(gone), {"kept": kept.pk})
    ben.refresh_from_db()
    kept.refresh_from_db()
    assert ben.organisation == kept
    assert (kept.sector, kept.website, str(kept.agreed_on)) == ("museum", "https://example.org", "2026-01-02")
    assert list(kept.areas.all()) == [leeds.places.get()]
    assert not Organisation.objects.filter(pk=gone.pk).exists()
    assert Entry.objects.filter(verb="made one of two:", subject_id=str(kept.pk), actor=dee).count() == 1


def test_a_second_press_finds_nothing(as_member, dee, kept, gone):
    desk = as_member(dee)
    assert desk.post(merger(gone), {"kept": kept.pk}).status_code == 302
    assert desk.post(merger(gone), {"kept": kept.pk}).status_code == 404


def test_it_is_never_the_same_as_itself_or_as_one_of_another_partnership(as_member, dee, fay, kept, gone, theirs):
    for member in (dee, fay):
        for other in (gone, theirs):
            assert as_member(member).post(merger(gone), {"kept": other.pk}).status_code == 422
    assert Organisation.objects.count() == 3


def test_to_another_manager_it_does_not_exist(as_member, eve, ben, client, kept, gone):
    assert as_member(eve).get(merger(gone)).status_code == 404
    assert as_member(eve).post(merger(gone), {"kept": kept.pk}).status_code == 404
    assert as_member(ben).post(merger(gone), {"kept": kept.pk}, follow=True).status_code in (403, 405)
    assert "/admin/login/" in client.post(merger(gone), {"kept": kept.pk}).url
    assert Organisation.objects.filter(pk=gone.pk).exists()


def test_the_list_finds_what_is_not_said_yet(as_member, dee, leeds, kept):
    kept.areas.add(leeds.places.get())
    factories.OrganisationFactory(partnership=leeds, name="A School", sector="school")
    factories.OrganisationFactory(partnership=leeds, name="A Band")
    found = {
        missing: {name for name in ("Leeds City Museum", "A School", "A Band") if name in page}
        for missing in ("sector", "phase", "areas")
        for page in [as_member(dee).get(LIST, {"missing": missing}).content.decode()]
    }
    assert found == {"sector": {"A Band"}, "phase": {"A School"}, "areas": {"A School", "A Band"}}
