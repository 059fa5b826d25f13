"""A member sees where they are signed in, and signs out what they lost."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from members import emails
from members.models import Device
from members.models.devices import in_words

PAGE = "members:devices"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture
def sign_in(monkeypatch):
    """Sign in by a mailed code, with a browser of a certain name."""
    codes = []
    write = emails.sign_in_code
    monkeypatch.setattr(emails, "sign_in_code", lambda member, code: codes.append(code) or write(member, code))

    def through_the_door(member, agent):
        client = Client(headers={"user-agent": agent})
        client.post(reverse("account_login"), {"email": member.email})
        client.post(reverse("account_confirm_login_code"), {"code": codes[-1]})
        assert client.get(reverse("members:me")).status_code == 200
        return client

    return through_the_door


def test_each_device_stands_there_in_words_and_none_of_anybody_else(leeds, dee, ben, ada, sign_in):
    phone, _, _ = sign_in(ben, PHONE), sign_in(ben, OFFICE), sign_in(ada, "Firefox/140.0 (X11; Linux)")
    page = phone.get(reverse(PAGE)).content.decode()
    assert "Safari on an iPhone</strong> – this device" in page and "Edge on Windows" in page
    assert "Firefox" not in page and "Mozilla" not in page


def test_one_device_is_signed_out_and_the_others_stay(leeds, dee, ben, sign_in):
    phone, office = sign_in(ben, PHONE), sign_in(ben, OFFICE)
    lost = Device.objects.get(browser="Edge on Windows")
    phone.post(reverse(PAGE), {"device": lost.pk})
    assert office.get(reverse("members:me")).status_code == 302
    assert phone.get(reverse("members:me")).status_code == 200
    assert phone.post(reverse(PAGE), {"device": lost.pk}).status_code == 404


def test_all_others_are_signed_out_with_one_press(leeds, dee, ben, ada, sign_in, as_member):
    phone, office, unnoted, hers = sign_in(ben, PHONE), sign_in(ben, OFFICE), as_member(ben), as_member(ada)
    phone.post(reverse(PAGE), {"device": "others"})
    assert [c.get(reverse("members:me")).status_code for c in (phone, office, unnoted, hers)] == [200, 302, 302, 200]


def test_nobody_signs_out_somebody_else(leeds, dee, ben, ada, sign_in, as_member):
    sign_in(ben, PHONE)
    assert as_member(ada).post(reverse(PAGE), {"device": Device.objects.get().pk}).status_code == 404
    assert as_member(ada).post(reverse(PAGE), {"device": "1; DROP"}).status_code == 404
    assert Device.objects.count() == 1


def test_a_device_goes_from_the_list_with_its_session(leeds, dee, ben, sign_in):
    phone = sign_in(ben, PHONE)
    sign_in(ben, OFFICE)
    Session.objects.exclude(session_key=phone.session.session_key).delete()
    assert "Windows" not in phone.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize("agent", ["", "curl/8.0", "x" * 100_000, "<script>alert(1)</script>"])
def test_what_a_browser_says_of_itself_is_not_repeated(agent):
    assert in_words(agent) == "A browser"
