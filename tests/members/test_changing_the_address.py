"""A change of address: the new one confirms by a button, the old one hears of it and takes it back within 7 days."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery
from members.models import AddressChange, Member, Suppression
from partnerships.models import Stewardship
from tests import factories
from trust.addresses import compared, key_of
from trust.tokens import CONFIRM, NEW_ADDRESS, OLD_ADDRESS

NEW = "Ben.New@example.org"
ASK = "members:address"


@pytest.fixture
def fresh(as_member):
    """Return a client of a member who has just shown who they are."""

    def sign_in(member):
        client = as_member(member)
        session = client.session
        session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
        return client

    return sign_in


@pytest.fixture
def change(leeds, dee, ben):
    return AddressChange.ask(ben, NEW)


def new(change):
    return reverse("members:new_address", args=[NEW_ADDRESS.sign(change.pk)])


def old(change):
    return reverse("members:old_address", args=[OLD_ADDRESS.sign(change.pk)])


def mailed():
    return list(Delivery.objects.order_by("pk").values_list("address", "mailing__kind"))


def test_a_session_left_open_first_shows_who_it_is(leeds, ben, as_member):
    assert as_member(ben).get(reverse(ASK)).url.startswith(reverse("members:fresh_code"))
    assert as_member(ben).post(reverse(ASK), {"email": NEW}).status_code == 302
    assert not AddressChange.objects.exists()


def test_nothing_changes_before_the_new_address_has_pressed_the_button(leeds, dee, ben, fresh):
    fresh(ben).post(reverse(ASK), {"email": NEW})
    change = AddressChange.objects.get()
    scanner = Client()
    for _ in range(3):
        assert scanner.get(new(change)).status_code == 200
        scanner.head(new(change)), scanner.options(new(change))
    ben.refresh_from_db()
    assert ben.email == "ben@example.org" and mailed() == [(NEW, "new-address")]


def test_the_button_moves_everything_and_tells_the_old_address(change, ben, leeds):
    stranger = Client()
    assert "This is your address now" in stranger.post(new(change)).content.decode()
    ben.refresh_from_db()
    assert (ben.email, ben.mail_to, bytes(ben.key)) == (compared(NEW), NEW, key_of(compared(NEW)))
    assert EmailAddress.objects.get(user=ben).email == compared(NEW)
    assert mailed() == [("ben@example.org", "address-changed")]
    assert "_auth_user_id" not in stranger.session
    assert ben.memberships.current().get().chosen == ["newsletter", "notices", "events"]

    stranger.post(new(change))
    assert len(mailed()) == 1


def test_the_old_address_takes_it_back_and_signs_out_every_device(change, ben, as_member):
    thief = as_member(ben)
    Client().post(new(change))
    assert thief.get(reverse("members:me")).status_code == 200
    assert Client().get(old(change)).status_code == 200
    ben.refresh_from_db()
    assert ben.email == compared(NEW)

    Client().post(old(change))
    ben.refresh_from_db()
    assert (ben.email, ben.mail_to) == ("ben@example.org", "ben@example.org")
    assert EmailAddress.objects.get(user=ben).email == "ben@example.org"
    assert thief.get(reverse("members:me")).status_code == 302
    assert "Taken back" in Client().get(old(change)).content.decode()


def test_taking_it_back_takes_away_what_whoever_moved_it_set_up_to_come_back(change, ben):
    long_ago = change.asked_at - timedelta(days=9)
    before = Authenticator.objects.create(user=ben, type="totp", data={}, created_at=long_ago)
    Client().post(new(change))
    Authenticator.objects.create(user=ben, type="webauthn", data={})
    Client().post(old(change))
    assert list(Authenticator.objects.filter(user=ben)) == [before]


def test_a_managers_second_factor_stays_where_her_address_is_taken_back(change, ben, leeds):
    """Else whoever reads the mail of her old address lifts it."""
    Client().post(new(change))
    Stewardship.appoint(ben, leeds)
    hers = Authenticator.objects.create(user=ben, type="totp", data={})
    assert "passkeys and apps" not in Client().get(old(change)).content.decode()
    Client().post(old(change))
    ben.refresh_from_db()
    assert ben.email == "ben@example.org" and list(Authenticator.objects.filter(user=ben)) == [hers]


def test_both_links_work_for_seven_days(change, ben):
    link = new(change)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert Client().post(link).status_code == 410
    Client().post(link)
    link = old(change)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert Client().post(link).status_code == 410
    ben.refresh_from_db()
    assert ben.email == compared(NEW)


def test_the_answer_is_the_same_for_a_free_a_taken_and_a_suppressed_address(leeds, dee, ben, ada, fresh):
    Suppression.add(key_of("never@example.org"), Suppression.Reason.NOT_ME)
    pages = []
    for address in ("free@example.org", "ada@example.org", "never@example.org"):
        answer = fresh(ben).post(reverse(ASK), {"email": address})
        pages.append((answer.status_code, answer.content.decode().replace(address, "X")))
    assert pages[0] == pages[1] == pages[2]
    assert [address for address, _ in mailed()] == ["free@example.org", "ada@example.org"]
    assert Client().post(new(AddressChange.objects.latest("pk"))).status_code in {200, 410}


def test_an_address_with_an_entry_of_its_own_is_not_taken_over(change, ben):
    other = factories.member(NEW, "Another Ben")
    assert Client().post(new(change)).status_code == 410
    ben.refresh_from_db(), other.refresh_from_db()
    assert ben.email == "ben@example.org" and other.email == compared(NEW)
    assert EmailAddress.objects.filter(user=ben).count() == EmailAddress.objects.filter(user=other).count() == 1


def test_coming_back_is_refused_when_somebody_joined_with_the_old_address_since(change, ben):
    Client().post(new(change))
    factories.member("ben@example.org", "Somebody else")
    assert Client().post(old(change)).status_code == 410
    assert Member.objects.filter(email=compared(NEW)).exists()


def test_asking_again_leaves_the_first_link_worthless(change, ben):
    first = new(change)
    AddressChange.ask(ben, "third@example.org")
    assert Client().post(first).status_code == 404
    ben.refresh_from_db()
    assert ben.email == "ben@example.org"


@pytest.mark.parametrize("name", ["new_address", "old_address"])
def test_a_token_of_another_purpose_opens_nothing(change, name):
    for token in (CONFIRM.sign(change.pk), "x", "A" * 40):
        assert Client().post(reverse(f"members:{name}", args=[token])).status_code == 404
