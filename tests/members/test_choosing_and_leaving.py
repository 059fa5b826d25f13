"""The signed link in every mail: choose less, choose more, leave, come back; and RFC 8058's one POST."""

import re
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lcep.site import today
from mailings.models import Delivery, Mailing
from mailings.sweep import advance
from members.models import Consent, Membership
from tests import factories
from tests.mailings.kinds import NEWS
from trust.tokens import CHOICES


@pytest.fixture
def membership(leeds, dee, ben):
    return Membership.objects.get(member=ben, partnership=leeds)


def address(membership, name="choices"):
    return reverse(f"members:{name}", args=[CHOICES.sign(membership.member_id, membership.partnership_id)])


def test_one_click_leaves_at_once_without_cookie_token_or_redirect(membership):
    answer = Client(enforce_csrf_checks=True).post(address(membership, "one_click"), {"List-Unsubscribe": "One-Click"})
    membership.refresh_from_db()
    assert answer.status_code == 200 and not answer.cookies
    assert membership.left_at and membership.chosen == []


def test_one_click_takes_a_multipart_body_and_is_idempotent(membership):
    body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(
            address(membership, "one_click"), body, content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == 200
    assert Consent.objects.filter(member=membership.member, given=False).count() == 3


@pytest.mark.parametrize("name", ["choices", "one_click"])
def test_opening_the_link_changes_nothing(membership, name):
    scanner = Client()
    for _ in range(3):
        assert scanner.get(address(membership, name)).status_code == 200
        scanner.head(address(membership, name))
        scanner.options(address(membership, name))
    membership.refresh_from_db()
    assert membership.left_at is None and len(membership.chosen) == 3


def test_a_link_to_leave_is_refused_on_get(membership):
    assert Client().get(address(membership, "leaving")).status_code == 405
    assert Client().get(address(membership, "put_back")).status_code == 405


def test_leaving_takes_one_press_and_can_be_undone(membership):
    client = Client()
    page = client.post(address(membership, "leaving")).content.decode()
    assert "will not write to you again" in page
    assert not Membership.objects.current().filter(pk=membership.pk).exists()

    client.post(address(membership, "put_back"), {"had": ["newsletter", "events", "hacked"]})
    back = Membership.objects.current().get(member=membership.member)
    assert back.chosen == ["newsletter", "events"]
    assert Mailing.objects.filter(kind="choices-changed").count() == 1


def test_choosing_less_is_quiet_and_choosing_more_is_told(membership):
    Client().post(address(membership), {"chosen": ["newsletter"], "pause": ""})
    membership.refresh_from_db()
    assert membership.chosen == ["newsletter"] and not Mailing.objects.exists()

    Client().post(address(membership), {"chosen": ["newsletter", "notices"], "pause": ""})
    membership.refresh_from_db()
    assert membership.chosen == ["newsletter", "notices"]
    assert Mailing.objects.filter(kind="choices-changed").count() == 1


def test_every_change_is_a_consent_and_repeating_it_is_none(membership):
    for _ in range(2):
        Client().post(address(membership), {"chosen": ["newsletter"], "pause": ""})
    withdrawn = Consent.objects.filter(member=membership.member, given=False)
    assert sorted(withdrawn.values_list("purpose", flat=True)) == ["events", "notices"]
    assert all(consent.wording for consent in withdrawn)


def test_a_pause_stops_what_was_chosen_until_its_day(membership):
    Client().post(address(membership), {"chosen": membership.chosen, "pause": "1"})
    assert not Membership.objects.receiving("newsletter").filter(pk=membership.pk).exists()
    Client().post(address(membership), {"chosen": membership.chosen, "pause": ""})
    assert Membership.objects.receiving("newsletter").filter(pk=membership.pk).exists()


def test_the_page_shows_no_address_whole_and_sends_no_referrer(membership):
    answer = Client().get(address(membership))
    assert "ben@example.org" not in answer.content.decode()
    assert answer["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"


def test_a_link_for_one_list_leaves_the_other_alone(membership, elsewhere):
    other = factories.membership(membership.member, elsewhere)
    Client().post(address(membership, "leaving"))
    other.refresh_from_db()
    assert other.left_at is None


@pytest.mark.parametrize("token", ["", "x", "AAAA", "..%2f", "%00", "é" * 50])
def test_a_broken_link_explains_itself(db, token):
    answer = Client().get(f"/u/{token}/")
    assert answer.status_code in {400, 404} and b"Traceback" not in answer.content


def test_the_link_signs_nobody_in(membership):
    client = Client()
    client.get(address(membership))
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("members:me")).status_code == 302


def test_leaving_and_coming_back_makes_a_new_row(membership, leeds):
    membership.leave(how=Consent.How.CHOICES)
    again = factories.membership(membership.member, leeds)
    assert again.pk != membership.pk
    assert Membership.objects.filter(member=membership.member, partnership=leeds).count() == 2


def test_a_pause_ends_on_the_day_that_was_chosen(membership):
    day = today() + timedelta(days=100)
    Client().post(address(membership), {"chosen": membership.chosen, "pause": "day", "until": f"{day:%-d/%-m/%Y}"})
    membership.refresh_from_db()
    assert membership.paused_until == day
    assert f"Stay on pause until {day:%-d %B %Y}" in Client().get(address(membership)).content.decode()
    with time_machine.travel(datetime.combine(day, time(12))):
        assert Membership.objects.receiving("newsletter").filter(pk=membership.pk).exists()


@pytest.mark.parametrize("until", ["", "soon", "1/1/2020", "1/1/2999", "31/2/2027"])
def test_a_day_that_makes_no_pause_is_explained_and_changes_nothing(membership, until):
    page = Client().post(address(membership), {"chosen": [], "pause": "day", "until": until})
    membership.refresh_from_db()
    assert page.status_code == 200 and "Error:" in page.content.decode()
    assert membership.paused_until is None and len(membership.chosen) == 3


def test_each_choice_says_its_effect_in_numbers(membership):
    page = Client().get(address(membership)).content.decode()
    for said in ("about 6 a year", "at most 2 a month", "usually a few each term"):
        assert said in page


def test_after_one_click_the_link_puts_back_all_that_was_had(membership):
    membership.choose(["notices", "events"], how=Consent.How.CHOICES)
    Client().post(address(membership, "one_click"))
    page = Client().get(address(membership)).content.decode()
    assert re.findall(r'name="had" value="(\w+)"', page) == ["notices", "events"]


def test_leaving_reaches_mails_that_are_queued_already(membership, leeds, ada, relay, send):
    """Through the outbox, the engine and a real SMTP server."""
    Mailing.schedule(NEWS, key="news", partnership=leeds, subject="News", delay=timedelta(0))
    advance()
    assert Delivery.objects.filter(state="queued").count() == 3
    Client().post(address(membership, "leaving"))
    send()
    assert relay.recipients() == ["ada@example.org", "dee@example.org"]
    assert Delivery.objects.get(member=membership.member).state == "skipped"
