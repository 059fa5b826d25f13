"""A draft shown to a colleague: to be read, for a week, without a cookie, taken back with one press."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from newsletters.models import DraftLink
from newsletters.words import Words
from trust.headers import MAIL_POLICY
from trust.tokens import DRAFT, POLL


@pytest.fixture
def link(draft, dee):
    return DraftLink.make(draft, by=dee)


@pytest.fixture
def address(link):
    return f"/n/{DRAFT.sign(link.pk)}/"


def test_one_press_makes_an_address_and_a_second_the_same(as_member, dee, draft, screen):
    for _ in range(2):
        page = as_member(dee).post(screen("show", draft), follow=True).content.decode()
    assert DraftLink.objects.get().address in page


def test_a_colleague_reads_it_and_gets_no_cookie(client, draft, address):
    page, mail = client.get(address), client.get(f"{address}mail/")
    assert "Autumn news for schools and artists" in page.content.decode()
    assert f'sandbox title="The newsletter as it would arrive" src="{address}mail/"' in page.content.decode()
    assert mail["Content-Security-Policy"] == MAIL_POLICY
    assert "their-own-link" in mail.content.decode() and "Hello," in mail.content.decode()
    for answer in (page, mail):
        assert "Set-Cookie" not in answer
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "strict-origin"


def test_it_shows_the_words_as_they_are_now(client, draft, dee, address):
    draft.revise(Words.typed(number=12, half_term=None, subject="Newer", opening="Newer words"), version=1, by=dee)
    assert "Newer words" in client.get(f"{address}mail/").content.decode()


def test_after_a_week_it_shows_nothing(client, draft, address):
    for days in (7.01, 9):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert client.get(address).status_code == 410
            assert client.get(f"{address}mail/").status_code == 404


def test_taken_back_it_shows_nothing(as_member, client, dee, eve, draft, link, address, screen):
    assert as_member(eve).post(screen("hide", draft, link.pk)).status_code == 404
    for _ in range(2):
        as_member(dee).post(screen("hide", draft, link.pk))
    gone = client.get(address)
    assert (gone.status_code, "taken back" in gone.content.decode()) == (410, True)
    assert client.get(f"{address}mail/").status_code == 404


def test_once_it_is_out_the_address_leads_to_the_archive(client, tested, dee, prepare):
    link = DraftLink.make(tested, by=dee)
    prepare(tested.send(version=tested.version, by=dee))
    assert client.get(f"/n/{DRAFT.sign(link.pk)}/").url == tested.get_absolute_url()


@pytest.mark.parametrize("token", ["x", "A" * 40, "%00"])
def test_what_is_no_such_token_does_not_exist(client, db, token):
    assert client.get(f"/n/{token}/").status_code == 404


def test_a_token_of_another_purpose_opens_nothing(client, link):
    assert client.get(f"/n/{POLL.sign(link.pk, 1)}/").status_code == 404
    assert client.get(f"/n/{DRAFT.sign(999)}/").status_code == 410
