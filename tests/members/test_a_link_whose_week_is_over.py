"""A joining link opened after its week: one press sends a new one to the same address, and shows nobody which."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery
from members import wording
from members.models import JoinRequest, Membership, Suppression, Wording
from trust.addresses import key_of
from trust.tokens import CONFIRM

SAM = "sam.long-name@example.org"


@pytest.fixture
def over(leeds, dee):
    """Sam's link, a week and a day later."""
    asked, _ = JoinRequest.ask(leeds, SAM, with_events=True, wording=Wording.of(wording.joining(leeds, True)))
    link = reverse("members:confirm", args=[CONFIRM.sign(asked.pk)])
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        yield link


def test_one_press_sends_a_new_link_that_works(over, leeds):
    assert "Send me a new link" in Client().get(over).content.decode()
    assert not Delivery.objects.exists()

    assert "Look into your inbox" in Client().post(over).content.decode()
    delivery = Delivery.objects.get()
    assert delivery.address == SAM
    fresh = JoinRequest.objects.open().get()
    Client().post(reverse("members:confirm", args=[CONFIRM.sign(fresh.pk)]))
    membership = Membership.objects.get(member__email=SAM, partnership=leeds)
    assert membership.newsletter_since and membership.events_since


def test_the_address_is_shown_to_nobody(over):
    for answer in (Client().get(over), Client().post(over)):
        page = answer.content.decode()
        assert answer.status_code == 410
        assert "sam" not in page.lower().replace("same", "") and not answer.cookies.get("join")


def test_pressed_too_often_it_says_the_same_and_sends_no_more(over):
    pages = {Client().post(over).content for _ in range(8)}
    assert len(pages) == 1
    assert Delivery.objects.count() == 5


def test_an_address_not_to_be_written_to_gets_nothing_and_nobody_can_tell(over):
    Suppression.add(key_of(SAM), Suppression.Reason.NOT_ME)
    assert "Look into your inbox" in Client().post(over).content.decode()
    assert not Delivery.objects.exists()


def test_who_turned_it_down_is_not_asked_again(over):
    JoinRequest.objects.update(refused_at=timezone.now())
    assert "turned down" in Client().post(over).content.decode()
    assert not Delivery.objects.exists()


def test_a_partnership_that_is_only_listed_by_now_writes_to_nobody(over, leeds):
    leeds.stewardships.update(until_on=(timezone.now() - timedelta(days=1)).date())
    Client().post(over)
    assert not Delivery.objects.exists()
