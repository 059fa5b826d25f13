"""A partnership's pages: at home here, and listed."""

import pytest
from django.utils import timezone

from newsletters.models import Newsletter
from partnerships.models import Document, Partnership, PartnershipName, Priority
from tests import factories


@pytest.fixture
def at_home(leeds, dee):
    leeds.summary, leeds.vision = "For all of Leeds.", "A city that sings."
    leeds.save()
    return leeds


def page(client, partnership, room=""):
    answer = client.get(f"/partnerships/{partnership.slug}/{room}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_at_home_it_invites_to_join(client, at_home):
    text = page(client, at_home)
    assert f"/partnerships/{at_home.slug}/join/" in text and "Join the mailing list" in text
    assert "A city that sings." in text and "At home here" in text
    assert 'class="collage"' in text


def test_listed_it_says_where_it_lives_and_takes_nobody_on(client, listed):
    listed.website, listed.source = "https://example.org/hackney", "https://example.org/facts; A report"
    listed.save()
    text = page(client, listed)
    assert "does not live here" in text and 'href="https://example.org/hackney"' in text
    assert "/join/" not in text and "At home here" not in text and 'class="collage"' not in text
    assert "/start/#bring" in text and "A report" in text


def test_what_was_never_confirmed_says_so(client, listed):
    assert "we found nothing that says how it stands today" in page(client, listed)


def test_when_its_last_manager_goes_it_is_listed_again(client, at_home, dee):
    dee.stewardships.get().end()
    assert "/join/" not in page(client, at_home)


def test_priorities_stand_with_shape_and_pod(client, at_home, pod):
    priority = Priority.objects.create(partnership=at_home, title="Young voices", short_name="Voice", position=2)
    pod.priority = priority
    pod.save()
    text = page(client, at_home)
    assert "Young voices" in text and "hue-2" in text and "<path" in text
    assert pod.get_absolute_url() in text


def test_a_priority_that_is_over_is_not_shown(client, at_home):
    Priority.objects.create(partnership=at_home, title="Long ago", short_name="Ago", until_on="2020-01-01")
    assert "Long ago" not in page(client, at_home)


def test_sent_newsletters_are_linked_and_drafts_are_not(client, at_home):
    sent_at = timezone.datetime(2026, 3, 27, 9, tzinfo=timezone.get_current_timezone())
    Newsletter.objects.create(partnership=at_home, number=1, subject="The first one", published_at=sent_at)
    Newsletter.objects.create(partnership=at_home, number=2, subject="A secret draft")
    text = page(client, at_home)
    assert "The first one" in text and "27 March 2026" in text and "A secret draft" not in text


def test_without_newsletters_it_says_what_will_appear(client, at_home):
    assert "The first newsletter will stand here" in page(client, at_home)


def test_its_rooms_are_on_the_shelf(client, at_home):
    text = page(client, at_home)
    for room in ("get-involved/", "documents/", "newsletters/", "pods/"):
        assert f'href="/partnerships/leedscep/{room}"' in text


@pytest.mark.parametrize("room", ["", "get-involved/", "documents/"])
def test_a_former_address_leads_for_good_to_the_present_one(client, at_home, room):
    PartnershipName.objects.create(partnership=at_home, name="Leeds33", slug="leeds33")
    answer = client.get(f"/partnerships/leeds33/{room}")
    assert (answer.status_code, answer["Location"]) == (301, f"/partnerships/leedscep/{room}")


def test_a_present_address_wins_over_a_former_one(client, at_home, listed):
    PartnershipName.objects.create(partnership=listed, name="Old", slug=at_home.slug)
    assert "At home here" in page(client, at_home)


def test_one_merged_into_another_leads_there(client, at_home, listed):
    Partnership.objects.filter(pk=listed.pk).update(status="merged", merged_into=at_home)
    text = page(client, listed)
    assert "It is now part of" in text and at_home.get_absolute_url() in text


def test_get_involved_offers_five_ways_at_home(client, at_home, pod):
    text = page(client, at_home, "get-involved/")
    assert "Absolutely. Many members do just that" in text and pod.name in text
    assert text.count("<h2>") == 5


def test_get_involved_of_a_listed_one_points_away(client, listed):
    listed.website = "https://example.org/hackney"
    listed.save()
    text = page(client, listed, "get-involved/")
    assert "/join/" not in text and "https://example.org/hackney" in text


def test_documents_stand_by_kind_and_say_when_no_copy_was_found(client, at_home):
    Document.objects.create(partnership=at_home, slug="plan", title="Action Plan", kind="own")
    Document.objects.create(partnership=at_home, slug="study", title="A study", url="https://example.org/s")
    text = page(client, at_home, "documents/")
    assert text.index("Action Plan") < text.index("A study")
    assert "no copy of it was found" in text and 'href="https://example.org/s"' in text


def test_no_documents_is_said_kindly(client, listed):
    assert "will stand here" in page(client, listed, "documents/")


def test_hostile_facts_come_out_harmless(client, listed):
    listed.name = "<script>alert(1)</script>"
    listed.about = "[press](javascript:alert(1)) <img src=x onerror=alert(1)>"
    listed.website, listed.source = "https://example.org/?a=1&b=2", 'javascript:alert(1); https://["; x'
    listed.save()
    text = page(client, listed)
    assert "<script>" not in text and "<img" not in text and 'href="javascript:' not in text


def test_a_name_as_long_as_it_may_be_breaks_nothing(client, db):
    long = factories.PartnershipFactory(name="N" * 120, summary="s" * 300)
    assert "N" * 120 in page(client, long)
