"""Each half term a listed contact is asked once whether all is still right, and answers with one press."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import get_current_timezone, localdate

from lcep.letters import KINDS
from mailings.models import Delivery, Mailing
from partnerships.asking import ask
from partnerships.models import BankHoliday, Confirmation, Enquiry, HalfTerm, Stewardship
from partnerships.tasks import ask_whether_still_right
from tests import factories
from tests.partnerships.opened import opened
from trust.models import Entry
from trust.tokens import STILL_RIGHT

MONDAY = date(2026, 11, 2)  # the first school day of Autumn 2


def term(name: str, first: date, last: date, place=None, number: int = 2, year: str = "2026/27") -> HalfTerm:
    return HalfTerm.objects.create(
        place=place or factories.PlaceFactory(),
        name=name,
        number=number,
        school_year=year,
        first_on=first,
        last_on=last,
    )


@pytest.fixture
def autumn(db):
    return term("Autumn 2", MONDAY, date(2026, 12, 18))


@pytest.fixture
def entry(listed):
    """A listed partnership with somebody to ask."""
    listed.asked_at_address = "education@hackney.example.org"
    listed.summary = "Schools & museums, together"
    listed.save()
    return listed


@pytest.fixture
def question(entry, autumn):
    return ask(MONDAY)[0]


def address_of(question: Confirmation) -> str:
    return f"/f/{STILL_RIGHT.sign(question.pk)}/"


def mail_of(question: Confirmation):
    return Mailing.objects.get(key=f"still right {question.pk}")


def test_a_listed_contact_is_asked_once_in_a_half_term(entry, autumn):
    first = ask(MONDAY)
    again = ask(MONDAY) + ask(MONDAY + timedelta(days=3))

    assert [question.partnership for question in first] == [entry] and again == []
    assert Delivery.objects.get().address == "education@hackney.example.org"
    assert first[0].half_term == "Autumn 2 2026/27"


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (date(2026, 8, 12), 0),  # the summer holidays
        (date(2026, 10, 28), 0),  # the holidays before it
        (date(2026, 11, 2), 1),  # its first day
        (date(2026, 11, 7), 0),  # a Saturday
        (date(2026, 11, 13), 1),  # the second Friday
        (date(2026, 11, 16), 0),  # a fortnight is over
        (date(2027, 3, 1), 0),  # nobody has told the site of a half term
    ],
)
def test_people_are_asked_on_working_days_of_the_first_fortnight(entry, autumn, on, asked):
    assert len(ask(on)) == asked


def test_nobody_is_asked_on_a_bank_holiday(entry, autumn):
    BankHoliday.objects.create(day=MONDAY, name="A holiday")
    assert ask(MONDAY) == []
    assert len(ask(MONDAY + timedelta(days=1))) == 1


def test_the_half_term_is_that_of_its_own_place_before_its_regions_before_anybodys(entry, autumn):
    city = factories.PlaceFactory(slug="hackney", name="Hackney", kind="borough")
    entry.places.set([city])
    assert Confirmation(partnership=entry) and ask(date(2026, 11, 2))[0].half_term == "Autumn 2 2026/27"
    Confirmation.objects.all().delete()
    term("Herbst", date(2026, 11, 9), date(2026, 12, 18), place=city)
    assert ask(date(2026, 11, 2)) == []
    assert ask(date(2026, 11, 10))[0].half_term == "Herbst 2026/27"


@pytest.mark.parametrize("status", ["forming", "running", "quiet", "unconfirmed"])
def test_whoever_is_at_work_is_asked(entry, autumn, status):
    entry.status = status
    entry.save()
    assert len(ask(MONDAY)) == 1


@pytest.mark.parametrize("status", ["ended", "hidden"])
def test_whoever_is_gone_is_not(entry, autumn, status):
    entry.status = status
    entry.save()
    assert ask(MONDAY) == []


def test_a_partnership_at_home_is_not_asked(entry, autumn, cy):
    Stewardship.appoint(cy, entry)
    assert ask(MONDAY) == []


def test_without_an_address_nobody_is_asked(listed, autumn):
    assert ask(MONDAY) == []


def test_asking_takes_as_many_queries_for_twenty_who_were_asked_as_for_none(
    entry, autumn, django_assert_max_num_queries
):
    for number in range(20):
        factories.PartnershipFactory(slug=f"other-{number}", asked_at_address=f"n{number}@example.org")
    assert len(ask(MONDAY)) == 21
    with django_assert_max_num_queries(6):
        assert ask(MONDAY) == []


def test_the_alarm_clock_asks_today(entry, autumn):
    with time_machine.travel(datetime(2026, 11, 3, 10, 10, tzinfo=get_current_timezone())):
        ask_whether_still_right.apply()
    assert Confirmation.objects.get().partnership == entry


def test_the_mail_says_all_we_show_and_has_both_doors(question):
    subject, text, html = opened(mail_of(question))
    assert subject == "Is this still right? Hackney Partnership in our directory"
    link = f"http://localhost:8000{address_of(question)}"
    assert "Hackney Partnership" in text and "Schools & museums, together" in text
    assert text.count(link) == 2 and f"{link}#not-right" in text
    assert f'href="{link}"' in html and f'href="{link}#not-right"' in html
    assert "Schools &amp; museums, together" in html and ">Still right</a>" in html
    assert "education@hackney" not in text + html
    assert re.search(r"until \d+ \w+ 20\d\d", text)


def test_the_mail_is_service_mail_of_the_site_and_no_secret(question):
    mailing = mail_of(question)
    assert mailing.partnership is None, "a listed partnership sends nothing from here"
    assert not KINDS["still-right"].is_marketing and not KINDS["still-right"].secret


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_changes_nothing(question, method):
    browser = Client(headers={"purpose": "prefetch"})
    for _ in range(3):
        getattr(browser, method)(address_of(question))
        browser.get(f"{address_of(question)}?done=right")
    question.refresh_from_db()
    assert question.answered_at is None and not Entry.objects.exists()


def test_the_page_is_kept_by_nobody_and_told_to_nobody(question):
    answer = Client().get(address_of(question))
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "strict-origin" and answer["X-Robots-Tag"] == "noindex"


def test_one_press_confirms_it_today(question, entry):
    answer = Client().post(address_of(question), {"press": "right"}, follow=True)
    entry.refresh_from_db()
    question.refresh_from_db()
    assert entry.last_confirmed_on == localdate() and question.is_answered
    assert "Thank you" in answer.content.decode()
    assert Entry.objects.get(partnership=entry).actor is None


def test_pressing_twice_is_fine_and_says_so(question, entry):
    browser = Client()
    browser.post(address_of(question), {"press": "right"})
    first = Confirmation.objects.get().answered_at
    answer = browser.post(address_of(question), {"press": "right"}, follow=True)
    assert answer.status_code == 200
    assert "you told us that this is right. Nothing more to do" in Client().get(address_of(question)).content.decode()
    assert Confirmation.objects.get().answered_at == first and Entry.objects.count() == 1


def test_a_correction_reaches_the_officer(question, entry):
    officer = factories.member("gwen@example.org", "Gwen")
    Stewardship.appoint(officer, entry.region)
    answer = Client().post(
        address_of(question), {"press": "wrong", "correction": "It is called\nHackney Together now."}, follow=True
    )
    question.refresh_from_db()
    entry.refresh_from_db()
    enquiry = Enquiry.objects.get()
    assert question.correction == enquiry.text == "It is called\nHackney Together now."
    assert enquiry.reader == "officer" and enquiry.email == "education@hackney.example.org"
    assert entry.last_confirmed_on is None, "what is not right is not confirmed"
    assert "has what you wrote" in answer.content.decode()
    assert Delivery.objects.filter(address="gwen@example.org").exists()


def test_a_correction_without_words_is_asked_for_again(question):
    answer = Client().post(address_of(question), {"press": "wrong", "correction": " \u202e \n"})
    assert "There is a problem" in answer.content.decode()
    assert not Enquiry.objects.exists() and not Confirmation.objects.get().is_answered


def test_a_second_correction_is_not_a_second_enquiry(question, entry):
    Stewardship.appoint(factories.member("gwen@example.org"), entry.region)
    for _ in range(3):
        Client().post(address_of(question), {"press": "wrong", "correction": "Other name."})
    assert Enquiry.objects.count() == 1


def test_an_error_seen_after_the_press_can_still_be_told(question, entry):
    Stewardship.appoint(factories.member("gwen@example.org"), entry.region)
    Client().post(address_of(question), {"press": "right"})
    Client().post(address_of(question), {"press": "wrong", "correction": "But the name is not."})
    assert Enquiry.objects.count() == 1
    assert "you told us what is not right" in Client().get(address_of(question)).content.decode()


def test_after_120_days_the_link_says_so_and_leads_to_the_contact_page(question):
    address = address_of(question)
    with time_machine.travel(datetime.now(tz=get_current_timezone()) + timedelta(days=122)):
        answer = Client().post(address, {"press": "right"})
    assert answer.status_code == 410
    assert "/partnerships/hackney/contact/" in answer.content.decode()
    assert not Confirmation.objects.get().is_answered


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "x" * 300])
def test_a_made_up_link_is_met_kindly(db, token):
    answer = Client().get(f"/f/{token}/")
    assert answer.status_code == 404 and "no longer works" in answer.content.decode()


def test_a_partnership_that_has_its_own_manager_now_is_not_confirmed_from_outside(question, entry, cy):
    Stewardship.appoint(cy, entry)
    answer = Client().post(address_of(question), {"press": "right"}, follow=True)
    entry.refresh_from_db()
    assert entry.last_confirmed_on is None and "has its own manager" in answer.content.decode()


def test_what_a_hidden_entry_was_called_is_not_shown(question, entry):
    entry.status = "hidden"
    entry.save()
    page = Client().get(address_of(question))
    assert page.status_code == 200 and "Schools" not in page.content.decode()


def test_the_answer_needs_the_forms_own_token(question):
    assert Client(enforce_csrf_checks=True).post(address_of(question), {"press": "right"}).status_code == 403
