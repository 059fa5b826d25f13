"""What newsletters put on the desk, on /me/ and in a partnership's rooms."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from newsletters.models import Newsletter
from newsletters.planner.year import due_on
from newsletters.words import Words
from partnerships.models import HalfTerm


@pytest.fixture
def in_december():
    """Named first, so that the cast is appointed by then. A Monday."""
    with time_machine.travel("2025-12-01 09:00", tick=False):
        yield


@pytest.fixture
def autumn_2(leeds):
    return HalfTerm.objects.create(
        place=leeds.places.get(),
        school_year="2025/26",
        name="Autumn 2",
        number=2,
        first_on=date(2025, 11, 3),
        last_on=date(2025, 12, 19),
    )


def test_a_newsletter_is_due_the_friday_a_week_before_the_half_term_ends(autumn_2):
    assert due_on(autumn_2) == date(2025, 12, 12)
    autumn_2.last_on = date(2026, 4, 2)  # a Thursday
    assert due_on(autumn_2) == date(2026, 3, 20)


def test_a_half_term_without_a_newsletter_needs_one(in_december, as_member, dee, autumn_2):
    page = as_member(dee).get("/admin/").content.decode()
    assert "Autumn 2’s newsletter is not begun." in page
    assert "2025-12-12" in page
    assert "/admin/newsletters/newsletter/add/?for=leedscep" in page
    assert "Due Friday 12 December." in page


def test_the_form_suggests_that_half_term(in_december, as_member, dee, autumn_2):
    form = as_member(dee).get("/admin/newsletters/newsletter/add/").context["form"]
    assert form.initial == {
        "number": 1,
        "half_term": autumn_2,
        "subject": "LeedsCEP newsletter, Autumn 2 2025/26",
    }


def test_a_draft_waits_with_what_it_lacks(in_december, as_member, dee, leeds, autumn_2):
    words = Words.typed(number=1, half_term=autumn_2.pk, subject="News", sections=[("A", "b"), ("C", "d")])
    draft = Newsletter.begin(leeds, words, by=dee)
    page = as_member(dee).get("/admin/").content.decode()
    assert "Autumn 2 is due Friday 12 December. Two sections are written, your opening words are not." in page
    assert "not begun" not in page
    draft.revise(replace(draft.words, opening="Hello."), version=draft.version, by=dee)
    assert "Two sections are written, no test of it is sent yet." in as_member(dee).get("/admin/").content.decode()
    draft.test(by=dee)
    assert "Two sections are written, and a test was sent." in as_member(dee).get("/admin/").content.decode()


def test_another_manager_is_told_nothing_of_it(in_december, as_member, eve, autumn_2, draft):
    assert draft.subject not in as_member(eve).get("/admin/").content.decode()


def test_one_that_paused_asks_for_its_manager(as_member, dee, tested):
    mailing = tested.send(version=tested.version, by=dee)
    mailing.pause(None, "Six hours late: send it anyway?")
    page = as_member(dee).get("/admin/").content.decode()
    assert "waits for you. Six hours late: send it anyway?" in page


def test_with_no_half_terms_known_the_desk_still_opens(as_member, dee, leeds):
    page = as_member(dee).get("/admin/")
    assert page.status_code == 200
    assert "Write a newsletter" in page.content.decode()


def test_a_member_finds_the_latest_on_their_own_page(as_member, ben, cy, draft):
    Newsletter.objects.filter(pk=draft.pk).update(published_at=timezone.now())
    assert draft.get_absolute_url() in as_member(ben).get("/me/").content.decode()
    assert draft.get_absolute_url() not in as_member(cy).get("/me/").content.decode()


def test_the_partnership_s_page_has_the_room(client, leeds, dee):
    assert "/partnerships/leedscep/newsletters/" in client.get("/partnerships/leedscep/").content.decode()
