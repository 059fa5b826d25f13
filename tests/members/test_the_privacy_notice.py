"""Each partnership has a privacy notice from the first day; a change is a version, and the older ones stay."""

import pytest
from django.test import Client
from django.urls import reverse

from members import wording
from members.models import PrivacyNotice
from members.models.complaints import ANSWER_WITHIN, KEPT_FOR
from members.models.join_requests import LINK_DAYS
from members.rights.retention import AFTER_LEAVING
from partnerships.models.enquiries import KEPT_FOR as ENQUIRIES_KEPT


def page(partnership):
    return reverse("members:notice", args=[partnership.slug])


def test_the_notice_written_for_everybody_says_what_this_site_does(leeds, dee, client):
    text = wording.notice(leeds)
    assert f"nobody confirms: {LINK_DAYS} days" in text
    assert ENQUIRIES_KEPT.days == 365 and "contact form: 12 months" in text
    assert KEPT_FOR.days == 3 * 365 and "its answer: 3 years" in text
    assert AFTER_LEAVING.days == 2 * 365 and "Two years after you left" in text
    assert f"we answer within {ANSWER_WITHIN.days} days" in text
    for duty in ("LeedsCEP decides", "consent", "Information Commissioner", "hello@leedscep.example.org", "under 18"):
        assert duty in text
    shown = client.get(page(leeds)).content.decode()
    assert "Who sees it" in shown and "<h2>" in shown
    for address in ("/me/", "/complaints/data/"):
        assert Client().get(address).status_code in {200, 302}


def test_the_form_to_join_leads_to_it(leeds, dee, client):
    assert page(leeds) in client.get(reverse("members:join", args=[leeds.slug])).content.decode()


def test_a_change_is_a_version_and_the_older_one_stays_readable(leeds, dee, as_member, client):
    add = reverse("admin:members_privacynotice_add")
    desk = as_member(dee)
    assert "decides what your data is used for" in desk.get(add).content.decode()
    for text in ("First.", "Second.", "Second."):
        desk.post(add, {"text": text})
    assert list(PrivacyNotice.objects.values_list("number", "text", "by")) == [
        (2, "Second.", dee.pk),
        (1, "First.", dee.pk),
    ]
    now, before = client.get(page(leeds)).content.decode(), client.get(page(leeds) + "?version=1").content.decode()
    assert "Second." in now and "Version 2" in now and "First." in before and "no longer holds" in before
    assert client.get(page(leeds) + "?version=9").status_code == 404


def test_it_holds_no_script_whatever_is_typed(leeds, dee, client):
    PrivacyNotice.publish(leeds, "<script>alert(1)</script> [x](javascript:alert(1))", by=dee)
    shown = client.get(page(leeds)).content.decode()
    assert "<script>alert" not in shown and 'href="javascript' not in shown


def test_nobody_writes_the_notice_of_others(leeds, elsewhere, dee, eve, as_member):
    address = reverse("admin:members_privacynotice_add") + f"?for={leeds.slug}"
    assert as_member(eve).post(address, {"text": "Mine"}).status_code == 404
    assert not PrivacyNotice.objects.exists()


@pytest.mark.usefixtures("listed")
def test_a_partnership_that_keeps_no_list_here_has_none(listed, client):
    assert client.get(page(listed)).status_code == 404


def test_the_page_looks_at_no_session(leeds, dee, client):
    answer = client.get(page(leeds))
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "") and "public" in answer["Cache-Control"]
