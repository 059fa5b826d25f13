"""A member chooses, signed in, whether the network page names them; each choice is a consent of its own."""

import pytest
from django.urls import reverse

from mailings.models import Mailing
from members.models import Consent, Membership, Purpose
from tests import factories


@pytest.fixture
def membership(leeds, dee, ben):
    return Membership.objects.get(member=ben, partnership=leeds)


def press(client, partnership, show):
    return client.post(reverse("members:showing", args=[partnership.slug]), {"show": show})


def test_nobody_is_named_who_did_not_choose_it(membership):
    assert not Membership.objects.shown().exists()


def test_one_press_names_a_member_and_one_press_ends_it(membership, as_member, leeds):
    client = as_member(membership.member)
    assert "name me on" in client.get(reverse("members:me")).content.decode().lower()
    for _ in range(2):
        press(client, leeds, "yes")
    assert list(Membership.objects.shown()) == [membership]
    for _ in range(2):
        press(client, leeds, "no")
    assert not Membership.objects.shown().exists()

    said = Consent.objects.filter(member=membership.member, purpose="network").values_list("given", "how")
    assert list(said) == [(True, "own-page"), (False, "own-page")]


def test_the_consent_keeps_the_very_words_that_stand_on_the_page(membership, as_member, leeds):
    client = as_member(membership.member)
    page = client.get(reverse("members:me")).content.decode()
    press(client, leeds, "yes")
    for sentence in Consent.objects.get(purpose="network").wording.text.splitlines():
        assert sentence.strip("[]").replace("'", "&#x27;") in page


def test_being_named_is_no_choice_of_mail(membership, as_member, leeds):
    membership.choose([], how=Consent.How.CHOICES)
    press(as_member(membership.member), leeds, "yes")
    membership.refresh_from_db()
    assert membership.chosen == [] and "network" not in Purpose.values
    assert not any(Membership.objects.receiving(purpose).filter(pk=membership.pk).exists() for purpose in Purpose)
    assert not Mailing.objects.exists()


def test_leaving_the_list_ends_it(membership, as_member, leeds):
    press(as_member(membership.member), leeds, "yes")
    membership.leave(how=Consent.How.CHOICES)
    assert not Membership.objects.shown().exists()
    assert Consent.objects.filter(purpose="network").latest("pk").given is False
    membership.show(how=Consent.How.OWN_PAGE, wording=Consent.objects.first().wording)
    assert not Membership.objects.shown().exists()


def test_who_has_no_name_gives_one_first(leeds, dee, as_member):
    nameless = factories.membership(factories.member("nameless@example.org"), leeds)
    answer = press(as_member(nameless.member), leeds, "yes")
    assert answer.url == reverse("members:name")
    nameless.refresh_from_db()
    assert nameless.shown_since is None


def test_strangers_and_the_signed_out_change_nothing(membership, as_member, cy, leeds, client):
    assert press(as_member(cy), leeds, "yes").status_code == 404
    assert press(client, leeds, "yes").status_code == 302
    assert not Membership.objects.shown().exists()
