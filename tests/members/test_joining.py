"""Joining is one field, then a code or a link and a button; the answer never tells who is known."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery, Mailing
from members import emails, wording
from members.models import Consent, JoinRequest, Member, Membership, Suppression
from tests import factories
from trust.addresses import compared, key_of
from trust.tokens import CONFIRM, FORM_OPENED

SAM = "sam@example.org"


@pytest.fixture
def at_home(leeds, dee):
    return leeds


def page(partnership, name="join"):
    return reverse(f"members:{name}", args=[partnership.slug])


def form(address=SAM, seconds_open=60, **more):
    opened = FORM_OPENED.sign(int(timezone.now().timestamp()) - seconds_open)
    return {"email": address, "opened": opened, **more}


@pytest.fixture
def codes(monkeypatch):
    """The codes that were written, in order, caught where the letter is written."""
    caught = []
    for name in ("join_code", "sign_in_code"):
        write = getattr(emails, name)

        def spy(subject, code, write=write):
            caught.append(code)
            return write(subject, code)

        monkeypatch.setattr(emails, name, spy)
    return caught


def test_one_field_a_code_and_one_is_a_member(at_home, codes):
    client = Client()
    assert client.post(page(at_home), form(events="on")).url == page(at_home, "code")
    answer = client.post(page(at_home, "code"), {"code": f"{codes[0][:3]} {codes[0][3:]}"})

    sam = Member.objects.get(email=SAM)
    membership = Membership.objects.get(member=sam, partnership=at_home)
    assert answer.url == reverse("members:welcome", args=[at_home.slug, "name"])
    assert membership.chosen == ["newsletter", "events"]
    assert client.get(reverse("members:me")).status_code == 200


def test_the_consent_keeps_the_very_words_that_were_shown(at_home, codes):
    client = Client()
    shown = client.get(page(at_home)).content.decode()
    client.post(page(at_home), form())
    client.post(page(at_home, "code"), {"code": codes[0]})

    consent = Consent.objects.get(member__email=SAM)
    assert consent.purpose == "newsletter" and consent.given
    for sentence in consent.wording.text.splitlines():
        assert sentence.strip("[]").replace("'", "&#x27;") in shown


def test_without_the_code_nobody_is_on_the_list(at_home, codes):
    Client().post(page(at_home), form())
    assert not Member.objects.filter(email=SAM).exists()


def test_the_mailed_link_shows_a_button_and_nothing_changes_before_it_is_pressed(at_home, codes):
    Client().post(page(at_home), form())
    link = reverse("members:confirm", args=[CONFIRM.sign(JoinRequest.objects.get().pk)])
    scanner = Client()
    for _ in range(3):
        scanner.get(link), scanner.head(link), scanner.options(link)
    assert not Membership.objects.filter(member__email=SAM).exists()

    answer = scanner.post(link)
    assert "You are on the list" in answer.content.decode()
    assert Membership.objects.filter(member__email=SAM).exists()
    assert "_auth_user_id" not in scanner.session


def test_the_link_signs_in_only_the_browser_that_asked(at_home, codes):
    client = Client()
    client.post(page(at_home), form())
    client.post(reverse("members:confirm", args=[CONFIRM.sign(JoinRequest.objects.get().pk)]))
    assert "_auth_user_id" in client.session


def test_a_used_link_says_so(at_home, codes):
    Client().post(page(at_home), form())
    link = reverse("members:confirm", args=[CONFIRM.sign(JoinRequest.objects.get().pk)])
    Client().post(link)
    assert "You are already on the list" in Client().get(link).content.decode()
    Client().post(link)
    assert Membership.objects.filter(member__email=SAM).count() == 1
    assert Consent.objects.filter(member__email=SAM).count() == 1


def test_a_link_stops_working_after_seven_days(at_home, codes):
    Client().post(page(at_home), form())
    link = reverse("members:confirm", args=[CONFIRM.sign(JoinRequest.objects.get().pk)])
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert Client().post(link).status_code == 410
    assert not Membership.objects.filter(member__email=SAM).exists()


def test_a_code_has_five_tries(at_home, codes):
    client = Client()
    client.post(page(at_home), form())
    wrong = f"{(int(codes[0]) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert client.post(page(at_home, "code"), {"code": wrong}).status_code == 200
    assert client.post(page(at_home, "code"), {"code": codes[0]}).status_code == 200
    assert not Member.objects.filter(email=SAM).exists()


def test_a_code_works_for_thirty_minutes_and_a_new_one_replaces_it(at_home, codes):
    client = Client()
    client.post(page(at_home), form())
    client.post(page(at_home, "new_code"))
    assert client.post(page(at_home, "code"), {"code": codes[0]}).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert client.post(page(at_home, "code"), {"code": codes[1]}).status_code == 200
    assert client.post(page(at_home, "code"), {"code": codes[1]}).status_code == 302


def test_a_code_is_worth_nothing_in_another_browser(at_home, codes):
    Client().post(page(at_home), form())
    stranger = Client()
    stranger.post(page(at_home), form("other@example.org"))
    assert stranger.post(page(at_home, "code"), {"code": codes[0]}).status_code == 200
    assert not Member.objects.filter(email=SAM).exists()


def test_the_answer_is_the_same_for_the_unknown_the_known_and_the_suppressed(at_home, codes):
    factories.membership(factories.member("known@example.org"), at_home)
    Suppression.add(key_of(compared("never@example.org")), Suppression.Reason.NOT_ME)
    seen = []
    for address in ("new@example.org", "known@example.org", "never@example.org"):
        client = Client()
        asked = client.post(page(at_home), form(address))
        then = client.get(asked.url).content.decode().replace(address, "X")
        then = re.sub(r'value="[A-Za-z0-9]{64}"', "", then)
        seen.append((asked.status_code, asked.url, sorted(asked.headers), sorted(asked.cookies), then))
    assert seen[0] == seen[1] == seen[2]
    assert Delivery.objects.count() == 2


def test_somebody_known_joins_a_second_list_with_the_same_address(at_home, cy, codes):
    client = Client()
    client.post(page(at_home), form("Cy@Example.ORG"))
    client.post(page(at_home, "code"), {"code": codes[0]})
    assert Membership.objects.filter(member=cy).count() == 2
    assert Member.objects.filter(email="cy@example.org").count() == 1


def test_not_me_stops_all_mail_to_the_address(at_home, codes):
    Client().post(page(at_home), form())
    link = reverse("members:not_me", args=[CONFIRM.sign(JoinRequest.objects.get().pk)])
    Client().get(link)
    assert not Suppression.objects.exists()
    Client().post(link)
    assert Suppression.objects.filter(key=key_of(SAM), partnership=None).exists()
    Client().post(page(at_home), form())
    assert Delivery.objects.count() == 1


def test_not_me_takes_nobody_off_a_list_they_are_on(at_home, ben, codes):
    Client().post(page(at_home), form("ben@example.org"))
    Client().post(reverse("members:not_me", args=[CONFIRM.sign(JoinRequest.objects.get().pk)]))
    assert not Suppression.objects.exists()
    assert Membership.objects.current().filter(member=ben).exists()


def test_one_address_is_mailed_a_few_times_an_hour_at_most(at_home, codes):
    for spelling in ("sam@example.org", "SAM@example.org", "Sam@Example.Org", " sam@example.org") * 5:
        assert Client().post(page(at_home), form(spelling)).status_code == 302
    assert Delivery.objects.count() == 5


def test_machines_get_the_same_answer_and_no_mail(at_home, codes):
    assert Client().post(page(at_home), form(website="https://spam.example")).status_code == 302
    assert Client().post(page(at_home), form(seconds_open=0)).status_code == 302
    assert codes == []


def test_a_page_left_open_for_days_asks_for_one_more_press_and_keeps_what_was_typed(at_home, codes):
    stale = form(seconds_open=0)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        client = Client()
        answer = client.post(page(at_home), stale)
        assert answer.status_code == 200 and SAM in answer.content.decode()
        fresh = re.search(r'name="opened" value="([^"]+)"', answer.content.decode()).group(1)
        assert fresh != stale["opened"]


@pytest.mark.parametrize(
    "typed", ["", "sam", "sam@", "sam@example.org\r\nBcc: eve@example.org", "x" * 100_000, "zoë@example.org"]
)
def test_what_is_no_address_gets_a_clear_error(at_home, codes, typed):
    answer = Client().post(page(at_home), form(typed))
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert not JoinRequest.objects.exists() and not Mailing.objects.exists()


def test_a_listed_partnership_takes_no_address(listed, codes):
    assert Client().post(page(listed), form()).status_code == 200
    assert not JoinRequest.objects.exists() and codes == []
    assert "elsewhere" in Client().get(page(listed)).content.decode()


def test_the_mail_repeats_nothing_the_visitor_typed_and_its_code_is_a_secret_kind(at_home, codes):
    Client().post(page(at_home), form("http.evil.example@example.org"))
    delivery = Delivery.objects.get()
    assert codes[0] not in delivery.mailing.subject
    assert emails.JOIN_CODE.secret


def test_the_questions_after_joining_can_all_be_skipped(at_home, codes):
    client = Client()
    client.post(page(at_home), form())
    address = client.post(page(at_home, "code"), {"code": codes[0]}).url
    walked = []
    for _ in range(6):
        walked.append(address)
        answer = client.get(address)
        onward = re.search(r'<a class="button quiet" href="([^"]+)">Skip', answer.content.decode())
        if not onward:
            break
        address = onward.group(1)
    assert address == reverse("members:me") or "/pods/" in address or "/me/" in address
    assert len(walked) >= 3


def test_a_name_and_an_organisation_are_kept(at_home, codes):
    client = Client()
    client.post(page(at_home), form())
    address = client.post(page(at_home, "code"), {"code": codes[0]}).url
    client.post(address, {"name": "Sam\r\nBcc: x", "organisation_name": "Example Gallery"})
    sam = Member.objects.get(email=SAM)
    assert sam.name == "Sam Bcc: x" and sam.organisation.name == "Example Gallery"


def test_the_promise_says_how_often(at_home):
    assert "about 6 a year" in wording.newsletter_promise(at_home)
