"""What a manager sees of sending: counts in words, exceptions by name, seven verbs, and never the text of a mail."""

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lcep.letters import Letter
from mailings import fingerprint, heartbeat, panels
from mailings.account import Account
from mailings.admin import VERBS
from mailings.models import Delivery, Mailing, Route, Sender, Site
from mailings.sweep import Sweep, advance
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CODE
from trust.models import Entry

pytestmark = pytest.mark.django_db


def page_of(mailing) -> str:
    return reverse("admin:mailings_mailing_change", args=[mailing.pk])


def verb_of(mailing, verb: str) -> str:
    return reverse(f"admin:mailings_mailing_{verb}", args=[mailing.pk])


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def under_way(leeds, dee, newsletter):
    """A newsletter of Leeds on its way: one sent, one uncertain, one failed, one left out, two waiting."""
    crowd(leeds, 5)
    mailing = newsletter(by=dee)
    dee.memberships.get().choose(["events"], how="choices")
    advance()
    sender = Sender.objects.create(route=Route.objects.get(), lease_until=Now(), ended_at=Now())
    for number, state in enumerate(["sent", "uncertain", "failed"]):
        row = Delivery.objects.filter(address=f"person{number}@example.org")
        row.update(state=state, sender=sender, reason=f"Because {state}", attempt=1)
    mailing.refresh_from_db()
    return mailing


def test_the_account_says_what_became_of_everybody(as_member, dee, under_way):
    shown = text(as_member(dee).get(page_of(under_way)))
    for words in (
        "6 people, each counted once",
        "3 of 5",
        "<progress",
        "Handed over to their mail server",
        "We cannot be sure",
        "Because uncertain",
        "Because failed",
        "Not written to: did not choose this",
        "Person1",
    ):
        assert words in shown, words
    assert "delivered" not in shown.lower(), "we only know that it was handed over"


def test_the_list_says_where_each_stands(as_member, dee, under_way):
    client = as_member(dee)
    shown = text(client.get(reverse("admin:mailings_mailing_changelist")))
    assert "on its way" in shown
    assert "A newsletter of a test" in shown
    for stands, found in (("open", True), ("doubt", True), ("over", False)):
        listed = client.get(reverse("admin:mailings_mailing_changelist"), {"stands": stands})
        assert (page_of(under_way) in listed.content.decode()) is found


@pytest.mark.parametrize("verb", VERBS)
def test_a_mailing_of_somebody_else_does_not_exist(as_member, eve, under_way, verb):
    client = as_member(eve)
    assert client.get(page_of(under_way)).status_code == 404
    assert client.post(verb_of(under_way, verb)).status_code == 404
    assert under_way.subject not in text(client.get(reverse("admin:mailings_mailing_changelist")))


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_changes_on_get_or_for_a_stranger(as_member, dee, ben, under_way, verb):
    assert as_member(dee).get(verb_of(under_way, verb)).status_code == 405
    for client in (Client(), as_member(ben)):
        assert client.post(verb_of(under_way, verb)).status_code in {302, 403}
    under_way.refresh_from_db()
    assert under_way.state == "sending"


def test_pausing_resuming_and_stopping_are_remembered(as_member, dee, under_way):
    client = as_member(dee)
    for verb, state in (("pause", "paused"), ("resume", "sending"), ("stop", "stopped")):
        assert client.post(verb_of(under_way, verb)).url == page_of(under_way)
        under_way.refresh_from_db()
        assert under_way.state == state
        assert client.get(page_of(under_way)).status_code == 200
    deeds = Entry.objects.filter(actor=dee, subject="mailings.mailing").order_by("id")
    assert [entry.verb for entry in deeds] == ["planned to send", "paused", "resumed", "stopped"]
    assert text(client.get(reverse("admin:mailings_mailing_history", args=[under_way.pk]))).count("paused") >= 1


def test_somebody_says_what_became_of_the_doubtful(as_member, dee, under_way):
    client = as_member(dee)
    client.post(verb_of(under_way, "settle"))
    assert Delivery.objects.get(address="person1@example.org").state == "sent"
    client.post(verb_of(under_way, "resend"))
    assert Delivery.objects.get(address="person2@example.org").state == "queued"


@pytest.mark.parametrize("state", Mailing.State.values)
def test_every_state_has_its_page_in_words(as_member, dee, under_way, state):
    Mailing.objects.update(state=state, finished_at=Now(), reason="For this reason")
    page = as_member(dee).get(page_of(under_way))
    assert page.status_code == 200
    assert "None" not in text(page)


def test_a_mailing_that_is_only_planned_can_be_taken_back(as_member, dee, leeds, newsletter):
    mailing = newsletter(by=dee, delay=timedelta(minutes=2))
    client = as_member(dee)
    assert "Take it back" in text(client.get(page_of(mailing)))
    assert "Nobody gets it" in text(client.post(verb_of(mailing, "undo"), follow=True))


def test_the_text_of_a_secret_mail_is_on_no_screen(as_member, dee, fay, ada, leeds, settings, caplog):
    Letter(
        CODE, "ada@example.org", "654321 is your code", "654321", "<p>654321</p>", member=ada, partnership=leeds
    ).send()
    mailing = Mailing.objects.get()
    for member in (dee, fay):
        client = as_member(member)
        for address in (
            page_of(mailing),
            reverse("admin:mailings_mailing_changelist"),
            reverse("admin:mailings_mailing_history", args=[mailing.pk]),
            reverse("admin:index"),
        ):
            assert "654321" not in client.get(address).content.decode()
    assert "654321" not in caplog.text
    assert "654321" not in str(mailing) + repr(mailing.rendition) + repr(mailing.deliveries.get())


def test_a_single_mail_shows_who_only_as_its_owner_would_know(as_member, fay):
    send_mail("Hello", "Text", None, ["stranger@example.org"])
    Delivery.objects.update(state="failed")
    shown = text(as_member(fay).get(page_of(Mailing.objects.get())))
    assert "stranger@example.org" not in shown
    assert "s…r@e…e.org" in shown


def test_hostile_words_of_a_relay_are_shown_and_do_nothing(as_member, dee, under_way):
    Delivery.objects.filter(state="failed").update(reason="<script>alert(1)</script>")
    assert b"<script>alert" not in as_member(dee).get(page_of(under_way)).content


# What the desk says by itself


class Asked:
    """A request as the shelves see it."""

    def __init__(self, user):
        self.user = user


def sentences(member) -> str:
    return " ".join(need.sentence for need in panels.needs(Asked(member)))


def test_with_nothing_wrong_the_sender_says_nothing(dee, fay, relay, send):
    send_mail("Hello", "Text", None, ["ada@example.org"])
    send()
    assert (sentences(dee), sentences(fay), heartbeat.check()) == ("", "", "")


def test_doubts_silence_and_closed_doors_are_said_in_words(dee, eve, under_way):
    Sweep().run()
    assert "We cannot be sure that “News” reached 1 person" in sentences(dee)
    assert sentences(eve) == ""
    Site.objects.update(swept_at=Now() - timedelta(minutes=10))
    Delivery.objects.filter(state="queued").update(due_at=Now() - timedelta(minutes=10))
    assert "nobody has sent any since" in sentences(eve)
    assert "no sender has been heard of since" in heartbeat.check()
    Route.objects.update(closed_until=Now() + timedelta(minutes=5), closed_reason="It does not accept our password")
    assert "It does not accept our password" in sentences(dee)


def test_readyz_asks_for_the_heartbeat(client, settings):
    assert heartbeat.check() == "no sender has been heard of yet"
    assert client.get("/readyz").status_code == 503


def test_only_an_administrator_decides_about_a_copied_database(as_member, dee, fay, leeds, newsletter):
    mailing = newsletter()
    fingerprint.site()
    Site.objects.update(fingerprint="elsewhere")
    Sweep().run()
    address = reverse("admin:mailings_mailing_place")
    assert "copied, moved or restored" in sentences(fay)
    assert "copied, moved or restored" not in sentences(dee)
    assert as_member(dee).post(address).status_code == 403
    client = as_member(fay)
    assert mailing.subject in text(client.get(address))
    assert not fingerprint.is_adopted()
    client.post(address)
    assert fingerprint.is_adopted()
    assert Entry.objects.filter(verb="adopted the new place of the site", actor=fay).exists()
    assert client.get(address).status_code == 200


def test_counts_are_asked_of_the_database_only_every_two_seconds(under_way, django_assert_num_queries):
    Account.of(under_way, fresh=60)
    with django_assert_num_queries(2):
        Account.of(under_way, fresh=60)
    assert under_way.started_at <= timezone.now()
