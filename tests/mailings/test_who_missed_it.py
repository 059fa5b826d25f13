"""Those who missed a newsletter get it later, in the same words; nobody gets it twice; and the desk shows both."""

import json

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from mailings import account
from mailings.models import Delivery, Feedback, Mailing
from mailings.sweep import advance
from members.models import Suppression
from tests import factories
from tests.mailings.conftest import crowd
from trust.models import Entry

pytestmark = pytest.mark.django_db


def route(name: str, mailing: Mailing) -> str:
    return reverse(f"admin:mailings_mailing_{name}", args=[mailing.pk])


def at_once(mailing: Mailing) -> Mailing:
    Mailing.objects.filter(pk=mailing.pk).update(send_at=Now())
    return mailing


@pytest.fixture
def over(newsletter, leeds, relay, send, dee):
    """A newsletter that is over: it failed for person1, and we cannot be sure of person2."""
    people = crowd(leeds, 4)
    mailing = newsletter(by=dee)
    send()
    Delivery.objects.filter(address="person1@example.org").update(state="failed", reason="Their mailbox is full.")
    relay.clear()
    mailing.refresh_from_db()
    assert mailing.state == "done" and len(people) == 4
    return mailing


def test_it_goes_to_whom_it_failed_and_who_joined_since_and_to_nobody_else(over, leeds, dee, relay, send):
    new = factories.member("new@example.org", "New")
    factories.membership(new, leeds)
    assert over.missed.people().filter(excluded="").count() == 2
    following = at_once(over.missed.send(dee))
    assert (following.follows, following.to_missed, following.state) == (over, True, "scheduled")
    assert send() == {"sent": 2}
    assert relay.recipients() == ["new@example.org", "person1@example.org"]
    following.refresh_from_db()
    assert following.rendition == over.rendition, "the very words the others got"
    assert (following.candidates, following.prepared) == (2, 2)
    assert over.missed.send(dee) is None, "now everybody has it"
    assert following.missed.send(dee) is None


def test_two_managers_pressing_send_it_once(over, dee, relay, send):
    assert over.missed.send(dee) == over.missed.send(dee)
    at_once(over.followed_by.get())
    assert send() == {"sent": 1}


def test_who_is_not_written_to_or_in_doubt_has_not_missed_it(over, leeds, dee):
    Delivery.objects.filter(address="person2@example.org").update(state="failed")
    Suppression.add(Delivery.objects.get(address="person1@example.org").key, Suppression.Reason.BOUNCED)
    assert [person.email for person in over.missed.people().filter(excluded="")] == ["person2@example.org"]


def test_one_that_was_taken_back_or_is_old_has_no_followers(newsletter, over, dee):
    taken_back = newsletter(key="other", delay=None)
    taken_back.undo(dee)
    assert taken_back.missed.send(dee) is None
    Mailing.objects.filter(pk=over.pk).update(started_at="2020-01-01T00:00Z")
    over.refresh_from_db()
    assert over.missed.send(dee) is None


def test_the_desk_offers_it_with_the_number_and_remembers_who_pressed(as_member, over, dee, eve):
    client = as_member(dee)
    page = client.get(route("change", over)).content.decode()
    assert "Send it to the one who missed it" in page
    assert as_member(eve).post(route("missed", over)).status_code == 404
    said = client.post(route("missed", over), follow=True).content.decode()
    assert "Planned: it leaves in two minutes" in said
    following = over.followed_by.get()
    assert Entry.objects.filter(verb="planned to send", subject_id=str(following.pk), actor=dee).exists()


def test_the_bar_moves_by_itself_where_scripts_run(as_member, newsletter, leeds, dee, eve):
    crowd(leeds, 3)
    mailing = newsletter()
    advance()
    client = as_member(dee)
    page = client.get(route("change", mailing)).content.decode()
    assert "js/progress" in page and f'data-progress="{route("progress", mailing)}"' in page
    assert 'aria-live="polite"' in page
    told = json.loads(client.get(route("progress", mailing)).content)
    assert (told["done"], told["prepared"], told["is_over"]) == (0, 4, False)
    assert told["sentence"].startswith("On its way")
    assert as_member(eve).get(route("progress", mailing)).status_code == 404
    mailing.pause(dee, "Wait")
    assert json.loads(client.get(route("progress", mailing)).content)["is_over"], "a reload says why it stands still"
    assert "js/progress" not in client.get(route("change", mailing)).content.decode()


def test_the_exceptions_leave_as_a_spreadsheet_that_works_nothing_out(as_member, over, dee, eve):
    row = Delivery.objects.get(address="person1@example.org")
    type(row.member).objects.filter(pk=row.member_id).update(name="=HYPERLINK(1)")
    answer = as_member(dee).get(route("exceptions", over))
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    assert '"\'=HYPERLINK(1)","failed","Their mailbox is full."' in answer.content.decode("utf-8-sig")
    assert as_member(eve).get(route("exceptions", over)).status_code == 404


def test_a_page_that_does_not_show_all_of_them_says_so(as_member, over, dee, monkeypatch):
    Delivery.objects.filter(address__in=["person2@example.org", "person3@example.org"]).update(state="uncertain")
    monkeypatch.setattr(account, "NAMED", 1)
    client = as_member(dee)
    page = client.get(route("change", over)).content.decode()
    assert "2 more are not shown here." in page and route("exceptions", over) in page
    monkeypatch.setattr(account, "NAMED", 500)
    assert "more are not shown" not in client.get(route("change", over)).content.decode()


def test_what_came_back_is_shown_by_name(as_member, over, dee):
    back = Delivery.objects.get(address="person3@example.org")
    for number, reason in enumerate(
        ["It came back: their mailbox is full.", "It came back: this address does not work."]
    ):
        Feedback.objects.create(delivery=back, kind="soft", reason=reason, report=str(number))
    page = as_member(dee).get(route("change", over)).content.decode()
    assert "Of these, came back" in page
    assert "this address does not work" in page and "It came back: their mailbox is full" not in page, "the last word"
    assert over.account().came_back == 1
