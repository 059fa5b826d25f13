"""Asking a partnership: who reads it is said first, one row and one mail come of it, and nothing is abused."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client

from mailings.models import Delivery, Mailing
from partnerships import contact
from partnerships.models import BankHoliday, Enquiry, Stewardship
from tests import factories

ASKED = {"email": "Sam@Example.org", "name": "Sam", "text": "When is the next pod?\nI teach Year 4."}
LEEDS = "/partnerships/leedscep/contact/"


@pytest.fixture
def ask(client, monkeypatch):
    """Open the page, wait as long as people do, and send the form with some fields changed."""

    def ask(address, browser=client, wait=60, **changed):
        page = browser.get(address)
        opened = page.context["form"].initial["opened"]
        now = contact_time()
        with monkeypatch.context() as later:
            later.setattr("trust.guarded.time.time", lambda: now + wait)
            return browser.post(address, ASKED | {"opened": opened} | changed)

    def contact_time():
        from time import time

        return time()

    return ask


@pytest.fixture
def officer(db):
    """Keeps the listed entries of the region for its supporter."""
    officer = factories.member("officer@example.org", "Olu")
    Stewardship.appoint(officer, factories.RegionFactory())
    return officer


def letters():
    return {(row.address, row.mailing.subject) for row in Delivery.objects.select_related("mailing")}


def test_a_question_becomes_one_row_and_one_mail_to_each_manager(ask, dee):
    second = factories.member("second@example.org", "Second")
    Stewardship.appoint(second, dee.stewardships.get().partnership)
    answer = ask(LEEDS)
    assert answer.status_code == 302 and answer.url == f"{LEEDS}received/"
    kept = Enquiry.objects.get()
    assert (kept.email, kept.name, kept.reader, kept.partnership.slug) == (
        "Sam@example.org",
        "Sam",
        "manager",
        "leedscep",
    )
    assert kept.text == ASKED["text"]
    assert {address for address, _ in letters()} == {"dee@example.org", "second@example.org"}


def test_pressing_reply_answers_the_asker(ask, dee):
    ask(LEEDS)
    body = bytes(Mailing.objects.get().rendition.body).decode()
    assert "Reply-To: Sam@example.org" in body and "When is the next pod?" in body


def test_who_reads_it_and_by_when_stands_before_the_first_field(client, dee):
    text = client.get(LEEDS).content.decode()
    assert text.index("LeedsCEP’s manager reads this, and answers by") < text.index("<form")


def test_a_listed_one_is_read_by_the_supporters_officer(client, ask, officer, listed):
    page = client.get("/partnerships/hackney/contact/").content.decode()
    assert "The officer for Leeds reads this" in page and "It does not go to Hackney Partnership" in page
    ask("/partnerships/hackney/contact/")
    assert Enquiry.objects.get().reader == "officer"
    assert {address for address, _ in letters()} == {"officer@example.org"}


def test_else_by_the_keeper_of_the_site(client, ask, fay, listed, settings):
    settings.DEFAULT_FROM_EMAIL = "noreply@example.org"
    ask("/partnerships/hackney/contact/")
    ask("/contact/")
    assert {row.reader for row in Enquiry.objects.all()} == {"keeper"}
    assert {address for address, _ in letters()} == {"fay@example.org"}
    settings.DEFAULT_FROM_EMAIL = "keeper@example.org"
    ask("/contact/")
    assert "keeper@example.org" in {address for address, _ in letters()}


def test_where_nobody_reads_there_is_no_form(client, listed, settings):
    settings.DEFAULT_FROM_EMAIL = "noreply@example.org"
    listed.contact_url = "https://hackney.example.org/contact"
    listed.save()
    page = client.get("/partnerships/hackney/contact/")
    assert page.status_code == 200 and "<form" not in page.content.decode()
    assert "https://hackney.example.org/contact" in page.content.decode()
    assert client.post("/partnerships/hackney/contact/", ASKED).status_code == 200
    assert client.get("/contact/").status_code == 200
    assert not Enquiry.objects.exists()


def test_nothing_typed_can_become_a_header(ask, dee):
    ask(LEEDS, name="Sam\r\nBcc: all@example.org", email="sam@example.org")
    body = bytes(Mailing.objects.get().rendition.body).decode()
    assert "\nBcc:" not in body and Delivery.objects.count() == 1
    for bad in ("sam@example.org\nBcc: x@example.org", "sam@example.org, x@example.org", "<sam@example.org>", "sam"):
        assert ask(LEEDS, email=bad).status_code == 200
    assert Enquiry.objects.count() == 1


def test_a_machine_gets_the_same_answer_and_nothing_is_kept(ask, dee):
    assert ask(LEEDS, website="https://spam.example").url == f"{LEEDS}received/"
    assert ask(LEEDS, wait=1).url == f"{LEEDS}received/"
    assert not Enquiry.objects.exists() and not Delivery.objects.exists()


def test_mistakes_are_explained_with_what_was_typed_still_there(ask, dee):
    page = ask(LEEDS, email="", text="").content.decode()
    assert "There is a problem" in page and 'value="Sam"' in page
    assert "Error: " in page.split("</title>")[0]
    assert "Write at most" in ask(LEEDS, text="x" * 4001).content.decode()
    assert "Write what you would like" in ask(LEEDS, text="\u202e\x07 ").content.decode()
    assert "open for a long time" in ask(LEEDS, opened="forged").content.decode()
    assert not Enquiry.objects.exists()


def test_one_address_and_one_network_ask_a_few_times_an_hour(ask, dee):
    answers = [ask(LEEDS).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert Enquiry.objects.count() == 5


def test_ten_megabytes_are_refused_kindly(dee):
    client = Client(raise_request_exception=False)
    answer = client.post(LEEDS, ASKED | {"text": "x" * 10_000_000})
    assert answer.status_code == 413 and "<h1" in answer.content.decode()
    assert not Enquiry.objects.exists()


def test_it_is_protected_from_other_sites_and_never_kept(dee):
    client = Client(enforce_csrf_checks=True)
    assert client.post(LEEDS, ASKED).status_code == 403
    assert "no-store" in client.get(LEEDS)["Cache-Control"]
    assert not Enquiry.objects.exists() and not mail.outbox


def test_a_hidden_partnership_has_no_contact_page_and_a_former_name_leads_on(client, dee, leeds, listed):
    listed.status = "hidden"
    listed.save()
    assert client.get("/partnerships/hackney/contact/").status_code == 404
    leeds.names.create(name="Old", slug="old-leeds")
    assert client.get("/partnerships/old-leeds/contact/").url == LEEDS


def test_working_days_leave_out_weekends_and_bank_holidays(db):
    BankHoliday.objects.create(day=date(2026, 12, 25), name="Christmas Day")
    assert contact.working_day(date(2026, 12, 23), 1) == date(2026, 12, 24)
    assert contact.working_day(date(2026, 12, 23), 2) == date(2026, 12, 28)
    assert contact.working_day(date(2026, 11, 21), 5) == date(2026, 11, 27)
