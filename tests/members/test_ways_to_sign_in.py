"""Passkeys, authenticator apps and recovery codes: each wrong answer is said once, each change is mailed."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery
from members import emails
from members.models import Member
from tests.authenticator import number_shown_for
from trust.models import Entry
from trust.tokens import WAYS_IN

SECRET = base64.b32encode(b"y" * 20).decode()
WRONG = "There is a problem"


@pytest.fixture
def codes(monkeypatch, settings):
    """The codes that were mailed."""
    settings.ACCOUNT_RATE_LIMITS = False
    caught = []
    write = emails.sign_in_code
    monkeypatch.setattr(emails, "sign_in_code", lambda member, code: caught.append(code) or write(member, code))
    return caught


@pytest.fixture
def fresh(ben, as_member, codes):
    """Ben, who typed a code from his mail just now."""
    client, door = as_member(ben), reverse("members:fresh_code")
    client.post(door), client.post(door, {"code": codes[-1]})
    return client


def half_in(member, codes) -> Client:
    """Somebody who typed the code from the mail and is asked for one thing more."""
    client = Client()
    door = client.post(reverse("account_login"), {"email": member.email}).url
    assert client.post(door, {"code": codes[-1]}).url == reverse("mfa_authenticate")
    return client


def kinds_of_mail(member) -> list[str]:
    return [each.mailing.kind for each in Delivery.objects.filter(member=member).select_related("mailing")]


def test_a_wrong_answer_is_said_once_on_every_one_of_these_pages(fresh, ben, codes):
    adding = reverse("mfa_add_webauthn")
    pages = [fresh.post(reverse("mfa_activate_totp"), {"code": "000000"}), fresh.post(adding, {"credential": "{}"})]
    TOTP.activate(ben, SECRET)
    second_step = half_in(ben, codes)
    pages.append(second_step.post(reverse("mfa_authenticate"), {"code": "1"}))
    pages.append(second_step.post(reverse("mfa_authenticate"), {"credential": "{}"}))
    pages.append(fresh.post(reverse("mfa_reauthenticate"), {"code": "1"}))
    for number, page in enumerate(pages[:3] + pages[4:]):
        words = page.content.decode()
        assert words.count(WRONG) == 1 and words.count('id="error-summary"') == 1, number
        assert "This field is required" not in words


def test_a_passkey_that_does_not_fit_says_so_where_one_signs_in(db):
    page = Client().post(reverse("mfa_login_webauthn"), {"credential": "{}"}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("account_login")
    assert "the device gave no passkey that we know" in page.content.decode()


def test_who_has_no_passkey_is_not_asked_for_one(ben, codes):
    TOTP.activate(ben, SECRET)
    page = half_in(ben, codes).get(reverse("mfa_authenticate")).content.decode()
    assert "The number your authenticator app shows" in page and "Use your passkey" not in page


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_and_taken_away_and_each_is_mailed(fresh, ben):
    address = reverse("mfa_activate_totp")
    secret = fresh.get(address).context["form"].secret
    page = fresh.post(address, {"code": number_shown_for(secret)}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert "Your authenticator app is set up." in page.content.decode()
    assert kinds_of_mail(ben).count("ways-in-changed") == 1
    page = fresh.post(reverse("mfa_deactivate_totp"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("members:second_factor")
    assert "The authenticator app is taken away." in page.content.decode()
    assert kinds_of_mail(ben).count("ways-in-changed") == 2
    assert not Authenticator.objects.filter(user=ben, type=Authenticator.Type.TOTP).exists()


def way_back(member) -> str:
    """The address behind the button of the mail about a change."""
    letter = emails.ways_in_changed(member, "A passkey was set up.")
    (address,) = set(re.findall(r"http\S+/ways-in-back/", letter.body))
    assert "A passkey was set up." in letter.body and address in str(letter.alternatives[0][0])
    return address.removeprefix(settings.SITE_URL)


def test_who_did_not_do_it_takes_it_back_without_signing_in(ben, as_member):
    """Once somebody else's passkey is asked for, the owner of the address would never come in again."""
    month_ago = timezone.now() - timedelta(days=30)
    mine = Authenticator.objects.create(user=ben, type="totp", data={}, created_at=month_ago)
    Authenticator.objects.create(user=ben, type="webauthn", data={})
    thief, address = as_member(ben), way_back(ben)
    assert "Was it not you?" in Client().get(address).content.decode()
    assert Authenticator.objects.count() == 2 and thief.get(reverse("members:me")).status_code == 200
    page = Client().post(address)
    assert page.status_code == 200 and "Taken back" in page.content.decode()
    assert list(Authenticator.objects.all()) == [mine]
    assert thief.get(reverse("members:me")).status_code == 302
    assert Entry.objects.filter(verb="took back ways to sign in").count() == 1


def test_the_way_back_is_open_for_seven_days_and_for_nobody_who_is_forgotten(ben):
    address = way_back(ben)
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert Client().post(address).status_code == 410
    assert Client().post(address.replace("/c/", "/c/x")).status_code == 404
    Member.objects.filter(pk=ben.pk).update(erased_at=timezone.now())
    assert Client().post(address).status_code == 410


def test_whoever_reads_a_managers_mail_does_not_lift_her_second_factor(ben, dee):
    address = way_back(ben)
    Authenticator.objects.create(user=dee, type="totp", data={})
    letter = emails.ways_in_changed(dee, "An authenticator app was set up.")
    assert "ways-in-back" not in letter.body and "Tell the Chair" in letter.body
    assert "ways-in-back" not in str(letter.alternatives[0][0])
    hers = reverse("members:ways_in_back", args=[WAYS_IN.sign(dee.pk, 0)])
    assert Client().post(hers).status_code == 410 and Authenticator.objects.filter(user=dee).exists()
    assert Client().get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_are_shown_with_what_they_are_for_and_mailed(fresh, ben):
    TOTP.activate(ben, SECRET)
    old = set(RecoveryCodes.activate(ben).get_unused_codes())
    door = reverse("mfa_generate_recovery_codes")
    asked = fresh.get(door)
    if asked.status_code == 302:  # with an app, one shows once more that it is oneself
        fresh.post(reverse("mfa_reauthenticate"), {"code": number_shown_for(SECRET)})
        asked = fresh.get(door)
    assert "The 10 you have left stop working at once." in asked.content.decode()
    page = fresh.post(door, follow=True)
    words = page.content.decode()
    assert "each of these numbers lets you in once" in words
    now = set(RecoveryCodes(Authenticator.objects.get(user=ben, type="recovery_codes")).get_unused_codes())
    assert len(now) == 10 and not now & old and all(code in words for code in now)
    assert "ways-in-changed" in kinds_of_mail(ben)


@pytest.mark.parametrize("name", ["", "x" * 61, "a\0b"], ids=["none", "long", "nul"])
def test_a_name_that_is_none_is_refused_in_words(name):
    from members.second_factors import PasskeyNameForm

    class Known:
        def wrap(self):
            return self

        name = "My phone"

    assert not PasskeyNameForm({"name": name}, instance=Known()).is_valid()
