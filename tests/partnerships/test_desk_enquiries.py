"""Questions on the desk: unanswered first, answered from one's own mailbox, ticked off, and gone after a year."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.admin.enquiries import reply_to
from partnerships.models import Enquiry
from partnerships.tasks import tidy
from tests import factories
from trust.models import Entry

LIST = "/admin/partnerships/enquiry/"


def ask(partnership, days=0, **more):
    words = {"reader": "manager", "email": "sam@example.org", "text": "Hello?", "name": "Sam"} | more
    return Enquiry.objects.create(partnership=partnership, received_at=timezone.now() - timedelta(days=days), **words)


def page_of(enquiry, name="change"):
    return reverse(f"admin:partnerships_enquiry_{name}", args=[enquiry.pk])


def test_the_longest_waiting_stands_first_and_the_answered_below(as_member, dee, leeds):
    new, old, done = ask(leeds, 1, name="New"), ask(leeds, 9, name="Old"), ask(leeds, 20, name="Done")
    done.answered(by=dee)
    text = as_member(dee).get(LIST).content.decode()
    places = [text.index(f">{name}<") for name in ("Old", "New", "Done")]
    assert places == sorted(places)
    assert "Waits 9 days" in text and "Waits 1 day<" in text and "by Dee" in text
    assert new.pk < old.pk


def test_it_is_read_with_a_reply_that_opens_in_ones_own_mail_program(as_member, dee, leeds):
    enquiry = ask(leeds, text="Can I\ncome & <b>sing</b>?")
    text = as_member(dee).get(page_of(enquiry)).content.decode()
    assert "come &amp; &lt;b&gt;sing&lt;/b&gt;?" in text and "mailto:sam@example.org?subject=" in text
    said = parse_qs(urlsplit(reply_to(enquiry)).query)
    assert said["subject"] == ["Your question to LeedsCEP"] and "> Can I\r\n> come & <b>sing</b>?" in said["body"][0]


def test_a_reply_goes_to_one_person_whatever_the_address_holds(leeds):
    enquiry = ask(leeds, email='"a?bcc=eve@example.org&x"@example.org', text="x" * 9000)
    address = reply_to(enquiry)
    path, _, query = address.removeprefix("mailto:").partition("?")
    assert unquote(path) == enquiry.email and set(parse_qs(query)) == {"subject", "body"}
    assert len(address) < 2000


def test_one_press_ticks_it_off_and_the_second_changes_nothing(as_member, dee, fay, leeds):
    enquiry = ask(leeds)
    as_member(dee).post(page_of(enquiry, "answered"))
    text = as_member(fay).post(page_of(enquiry, "answered"), follow=True).content.decode()
    enquiry.refresh_from_db()
    assert enquiry.answered_by == dee and "Nothing to do: answered on" in text
    assert Entry.objects.filter(verb="answered an enquiry").count() == 1


def test_no_get_ticks_it_off_and_nobody_changes_or_deletes_it(as_member, dee, leeds):
    enquiry, desk = ask(leeds), as_member(dee)
    assert desk.get(page_of(enquiry, "answered")).status_code == 405
    assert desk.post(page_of(enquiry), {"text": "Other"}).status_code == 405
    assert desk.post(page_of(enquiry, "delete"), {"post": "yes"}).status_code == 403
    enquiry.refresh_from_db()
    assert (enquiry.text, enquiry.answered_at) == ("Hello?", None)


@pytest.fixture
def entry(london):
    return factories.PartnershipFactory(slug="creative-bexley", region=london)


def test_everybody_reads_their_own_and_no_other(as_member, dee, eve, officer, fay, leeds, entry):
    hers, of_entry, of_site = ask(leeds), ask(entry, reader="officer"), ask(None, reader="keeper")
    may = {dee: [hers], eve: [], officer: [of_entry], fay: [hers, of_entry, of_site]}
    for person, own in may.items():
        desk = as_member(person)
        for enquiry in (hers, of_entry, of_site):
            expected = 200 if enquiry in own else 404
            assert desk.get(page_of(enquiry)).status_code == expected, (person, enquiry.partnership)
            if enquiry not in own:
                assert desk.post(page_of(enquiry, "answered")).status_code == 404
        assert desk.get(LIST).content.decode().count("field-about") == len(own)


def test_they_can_be_found_by_what_they_say(as_member, dee, leeds):
    ask(leeds, text="About the choir", name="Choir person")
    ask(leeds, text="About the museum", name="Museum person")
    text = as_member(dee).get(LIST, {"q": "choir"}).content.decode()
    assert "Choir person" in text and "Museum person" not in text
    assert "Nothing here fits that" in as_member(dee).get(LIST, {"stands": "answered"}).content.decode()


def test_after_twelve_months_they_are_gone_and_the_audit_says_how_many(leeds, elsewhere):
    for number in range(3):
        ask(leeds, 366 + number)
    ask(elsewhere, 400)
    ask(None, 400, reader="keeper")
    young = ask(leeds, 364)
    tidy.apply()
    tidy.apply()
    assert list(Enquiry.objects.all()) == [young]
    entries = {entry.partnership: entry for entry in Entry.objects.filter(verb__startswith="deleted")}
    assert entries[leeds].verb == "deleted 3 enquiries of a year ago:" and entries[leeds].detail == {"count": 3}
    assert entries[elsewhere].verb == "deleted 1 enquiry of a year ago:"
    assert set(entries) == {leeds, elsewhere, None} and all(entry.actor is None for entry in entries.values())


def test_her_desk_counts_what_waits(as_member, dee, eve, leeds):
    assert "wait for an answer" not in as_member(dee).get("/admin/").content.decode()
    ask(leeds, 2)
    text = as_member(dee).get("/admin/").content.decode()
    assert "One question waits for an answer. It came on" in text
    assert "waits for an answer" not in as_member(eve).get("/admin/").content.decode()
