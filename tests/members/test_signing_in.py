"""Signing in by a mailed code; managers with a second factor; nobody with a password."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from mailings.models import Mailing
from members import emails
from members.models import Administration
from partnerships.models import Stewardship


@pytest.fixture
def codes(monkeypatch):
    caught = []
    write = emails.sign_in_code
    monkeypatch.setattr(emails, "sign_in_code", lambda member, code: caught.append(code) or write(member, code))
    return caught


def ask(address):
    client = Client()
    answer = client.post(reverse("account_login"), {"email": address})
    return client, answer


def test_a_code_signs_a_member_in_for_ninety_days(ben, codes):
    client, answer = ask("BEN@Example.org")
    client.post(answer.url, {"code": f"{codes[0][:3]} {codes[0][3:]}"})
    assert client.session["_auth_user_id"] == str(ben.pk)
    assert client.session.get_expiry_age() > 80 * 24 * 3600


def test_the_session_is_a_new_one_after_signing_in(ben, codes):
    client, answer = ask("ben@example.org")
    before = client.session.session_key
    client.post(answer.url, {"code": codes[0]})
    assert client.session.session_key != before


def test_an_unknown_address_gets_the_same_answer_and_no_mail(ben, codes):
    seen = []
    for address in ("ben@example.org", "nobody@example.org"):
        client, answer = ask(address)
        page = re.sub(r'value="[A-Za-z0-9]{64}"', "", client.get(answer.url).content.decode().replace(address, "X"))
        seen.append((answer.status_code, answer.url, sorted(answer.headers), sorted(answer.cookies), page))
    assert seen[0] == seen[1]
    assert len(codes) == 1 and Mailing.objects.count() == 1


def test_one_address_is_sent_a_few_codes_an_hour(ben, codes, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    for spelling in ("ben@example.org", "BEN@example.org", "Ben@Example.org") * 4:
        ask(spelling)
    assert len(codes) <= 6


def test_whoever_asks_in_somebodys_name_does_not_keep_them_out(ben, codes):
    for _ in range(19):
        ask("ben@example.org")
    assert len(codes) == 6
    own = Client(REMOTE_ADDR="198.51.100.7")
    answer = own.post(reverse("account_login"), {"email": "ben@example.org"})
    own.post(answer.url, {"code": codes[-1]})
    assert len(codes) == 7 and own.session["_auth_user_id"] == str(ben.pk)


def test_one_address_gets_so_many_codes_a_day_wherever_they_are_asked_for(ben, codes):
    for network in range(8):
        for _ in range(6):
            Client(REMOTE_ADDR=f"203.0.{network}.9").post(reverse("account_login"), {"email": "ben@example.org"})
    assert len(codes) == 36


def test_a_wrong_code_has_five_tries(ben, codes):
    client, answer = ask("ben@example.org")
    wrong = f"{(int(codes[0]) + 1) % 1_000_000:06d}"
    for _ in range(5):
        client.post(answer.url, {"code": wrong})
    client.post(reverse("account_confirm_login_code"), {"code": codes[0]})
    assert "_auth_user_id" not in client.session


def test_a_manager_reaches_only_the_set_up_of_her_second_factor(dee, as_member):
    client = as_member(dee, second_factor=False)
    for name in ("members:me", "members:name"):
        assert client.get(reverse(name)).url == reverse("members:second_factor")
    assert client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0] == reverse("members:second_factor")
    assert "One more lock" in client.get(reverse("members:second_factor")).content.decode()


def test_with_a_passkey_or_an_authenticator_the_desk_opens(dee, as_member):
    client = as_member(dee, second_factor=False)
    Authenticator.objects.create(user=dee, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(reverse("admin:index")).status_code == 200


NO_PASSKEYS = [
    "", "null", "[1]", '"x"', "NaN", '{"id": 1}', '{"id": null, "response": []}', "9" * 5000, "[" * 100_000,
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "attestationObject": "ow"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "ow",'
    ' "signature": "eA", "userHandle": "x"}}',
]  # fmt: skip


@pytest.mark.parametrize("answer", NO_PASSKEYS, ids=range(len(NO_PASSKEYS)))
def test_what_is_no_passkey_is_refused_in_words(ben, as_member, codes, answer, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    door = Client().post(reverse("mfa_login_webauthn"), {"credential": answer})
    assert door.url == reverse("account_login")
    client, fresh = as_member(ben), reverse("members:fresh_code")
    client.post(fresh), client.post(fresh, {"code": codes[0]})
    page = client.post(reverse("mfa_add_webauthn"), {"credential": answer, "name": "x"})
    assert page.status_code == 200 and not Authenticator.objects.exists()


def test_recovery_codes_alone_are_no_second_factor(dee, as_member):
    client = as_member(dee, second_factor=False)
    Authenticator.objects.create(user=dee, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    assert client.get(reverse("admin:index")).status_code == 302


def test_setting_up_a_second_factor_asks_for_a_fresh_code(dee, as_member, codes):
    client = as_member(dee, second_factor=False)
    address = reverse("mfa_activate_totp")
    answer = client.get(address)
    assert answer.url.startswith(reverse("members:fresh_code"))
    client.post(answer.url)
    assert client.post(answer.url, {"code": "000000" if codes[0] != "000000" else "111111"}).status_code == 200
    assert client.post(answer.url, {"code": codes[0], "next": address}).url == address
    assert client.get(address).status_code == 200


def test_a_fresh_code_leads_nowhere_outside(dee, as_member, codes):
    client = as_member(dee, second_factor=False)
    address = reverse("members:fresh_code")
    client.post(address)
    assert client.post(address, {"code": codes[0], "next": "https://evil.example/"}).url == reverse("members:me")


def test_rights_end_with_the_stewardship(leeds, dee, as_member):
    client = as_member(dee)
    assert client.get(reverse("admin:index")).status_code == 200
    Stewardship.objects.get(member=dee).end()
    assert client.get(reverse("admin:index")).status_code in {302, 403}


def test_a_member_is_shown_out_of_the_desk(ben, as_member):
    assert as_member(ben).get(reverse("admin:index"), follow=True).status_code == 403


def test_an_administrator_is_one_from_and_until_a_date(fay):
    assert fay.is_administrator and fay.is_staff and not fay.is_superuser
    Administration.objects.update(until_on="2020-01-01", from_on="2019-01-01")
    assert not type(fay).objects.get(pk=fay.pk).is_staff


@pytest.mark.parametrize(
    "door",
    ["account_signup", "account_reset_password", "account_set_password", "account_email", "account_change_password"],
)
def test_the_other_doors_of_the_sign_in_library_are_shut(door):
    with pytest.raises(NoReverseMatch):
        reverse(door)


def test_nobody_has_a_password(ben):
    assert not ben.has_usable_password()
    assert not Client().login(email="ben@example.org", password="")


def test_signing_out_is_a_press_not_a_link(ben, as_member):
    client = as_member(ben)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_no_address_of_the_library_is_routed_twice():
    names = [
        key for key in get_resolver().reverse_dict if isinstance(key, str) and key.startswith(("account_", "mfa_"))
    ]
    assert len(names) == len(set(names)) >= 20
