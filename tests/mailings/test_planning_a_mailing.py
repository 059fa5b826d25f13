"""A mailing is planned once, prepared as a whole, and moves only along its table of states."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils import timezone

from mailings.audience import on_the_list
from mailings.kinds import BULK, Bulk
from mailings.message import Message
from mailings.models import Delivery, Mailing
from mailings.slots import slot
from mailings.sweep import Sweep, advance
from members.models import Suppression
from tests import factories
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CALL, NEWS
from trust.models import Entry

pytestmark = pytest.mark.django_db


def test_two_presses_of_send_are_one_mailing(leeds, dee):
    first, second = (
        Mailing.schedule(NEWS, key="n1", partnership=leeds, subject=word, by=dee) for word in ("News", "Again")
    )
    assert first == second
    assert (second.subject, second.state, second.scheduled_by) == ("News", "scheduled", dee)
    assert Entry.objects.filter(verb="planned to send").count() == 1


def test_a_newsletter_waits_two_minutes_and_a_call_does_not(leeds):
    news = Mailing.schedule("test news", key="n", partnership=leeds, subject="News")
    call = Mailing.schedule(CALL, key="c", partnership=leeds, subject="Come")
    assert timedelta(seconds=60) < news.send_at - timezone.now() < timedelta(seconds=130)
    assert news.late_after - news.send_at == NEWS.late_after
    assert call.send_at <= timezone.now() + timedelta(seconds=5)
    advance()
    assert [Mailing.objects.get(key=key).state for key in ("n", "c")] == ["scheduled", "sending"]


def test_undo_works_until_it_is_prepared(leeds, dee):
    mailing = Mailing.schedule(NEWS, key="n", partnership=leeds, subject="News", by=dee)
    assert mailing.undo(by=dee)
    assert (mailing.state, mailing.is_over) == ("stopped", True)
    assert not mailing.undo(by=dee)
    other = Mailing.schedule(NEWS, key="o", partnership=leeds, subject="News", delay=timedelta(0))
    advance()
    assert not other.undo(by=dee)
    assert other.state == "sending"


def test_everybody_is_prepared_or_excluded_with_a_reason(leeds, ada, ben, dee, newsletter):
    factories.membership(factories.member("eli@example.org", "Eli"), leeds, purposes=["events"])
    ben.memberships.get().pause(timezone.localdate() + timedelta(days=30))
    Suppression.add(dee.key, Suppression.Reason.BOUNCED)
    mailing = newsletter()
    advance()
    mailing.refresh_from_db()
    account = mailing.account()
    assert (mailing.candidates, mailing.prepared, mailing.excluded) == (4, 1, 3)
    assert account.excluded == [("did not choose this", 1), ("on pause", 1), ("we do not write to this address", 1)]
    delivery = mailing.deliveries.get()
    assert (delivery.address, delivery.member, bytes(delivery.key), delivery.slots) == (
        "ada@example.org", ada, bytes(ada.key), {"name": "Ada"},
    )  # fmt: skip


def test_slots_of_the_audience_reach_the_mail(leeds, ada, relay, send, newsletter, monkeypatch):
    def audience(mailing):
        return on_the_list(mailing.partnership, "newsletter").annotate(slots=JSONObject(town=F("email")))

    def rendition(mailing):
        return Message("S", f"Town: {slot('town')}", partnership=leeds, marketing=True, purpose="newsletter")

    monkeypatch.setitem(BULK, NEWS.name, Bulk(NEWS, audience, rendition))
    newsletter()
    send()
    assert "Town: ada@example.org" in relay.taken[0].part("plain")


def test_preparing_twice_changes_nothing(leeds, ada, newsletter):
    mailing = newsletter()
    advance()
    ids = list(Delivery.objects.values_list("pk", flat=True))
    Mailing.objects.update(state="preparing")
    mailing.prepare()
    assert list(Delivery.objects.values_list("pk", flat=True)) == ids


def test_numbers_that_do_not_add_up_send_nothing(leeds, ada, newsletter, monkeypatch):
    def twice(mailing):
        return on_the_list(mailing.partnership, "newsletter").filter(pk=0)

    mailing = newsletter()
    advance()
    Mailing.objects.update(state="preparing")
    Delivery.objects.all()._raw_delete("default")
    monkeypatch.setitem(BULK, NEWS.name, Bulk(NEWS, lambda mailing: _doubled(mailing), BULK[NEWS.name].rendition))
    mailing.prepare()
    assert mailing.state == "paused"
    assert "do not add up" in mailing.reason
    assert not Delivery.objects.exists()


def _doubled(mailing):
    """An audience with a person it both writes to and leaves out."""
    from django.db.models import Case, CharField, Value, When

    everybody = on_the_list(mailing.partnership, "newsletter")
    return everybody.filter(consents__isnull=False).annotate(
        excluded=Case(When(consents__purpose="events", then=Value("no")), default=Value(""), output_field=CharField())
    )


def test_a_text_that_cannot_be_built_is_paused_with_a_sentence(leeds, ada, newsletter, monkeypatch):
    monkeypatch.setitem(BULK, NEWS.name, Bulk(NEWS, BULK[NEWS.name].audience, lambda mailing: 1 / 0))
    mailing = newsletter()
    advance()
    mailing.refresh_from_db()
    assert (mailing.state, Delivery.objects.count()) == ("paused", 0)
    assert mailing.reason.startswith("Not sent: its text or its list cannot be built.")


def test_later_than_planned_asks_a_person_first(leeds, ada, dee, relay, send, newsletter):
    mailing = newsletter(send_at=timezone.now() - timedelta(hours=7), delay=None)
    assert send() == {}
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert "Send it anyway?" in mailing.reason
    assert mailing.resume(by=dee)
    assert send() == {"sent": 2}


def test_nobody_began_in_time_asks_too(leeds, ada, relay, send, newsletter):
    mailing = newsletter()
    advance()
    Mailing.objects.update(late_after=timezone.now() - timedelta(minutes=1))
    assert send() == {}
    mailing.refresh_from_db()
    assert (mailing.state, relay.taken) == ("paused", [])


VERBS = {
    "undo": lambda mailing, by: mailing.undo(by),
    "pause": lambda mailing, by: mailing.pause(by, "Wait"),
    "resume": lambda mailing, by: mailing.resume(by),
    "stop": lambda mailing, by: mailing.stop(by),
}
TABLE = {
    "scheduled": {"undo": "stopped", "pause": "paused", "stop": "stopped"},
    "preparing": {"pause": "paused", "stop": "stopped"},
    "sending": {"pause": "paused", "stop": "stopped"},
    "paused": {"resume": "sending", "stop": "stopped"},
    "done": {},
    "stopped": {},
}


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_leaves_only_the_states_it_may(leeds, dee, newsletter, state, verb):
    mailing = newsletter()
    Mailing.objects.update(state=state, candidates=0, prepared=0, excluded=0)
    mailing.refresh_from_db()
    expected = TABLE[state].get(verb)
    assert VERBS[verb](mailing, dee) is (expected is not None)
    assert mailing.state == (expected or state)
    assert Entry.objects.filter(actor=dee, subject="mailings.mailing").count() == (expected is not None)


def test_what_was_paused_before_it_was_prepared_is_planned_again(leeds, dee, newsletter):
    mailing = newsletter()
    mailing.pause(dee, "Wait")
    mailing.resume(dee)
    assert mailing.state == "scheduled"


def test_the_table_refuses_a_mailing_whose_counts_do_not_balance(leeds, newsletter):
    newsletter()
    for counts in ({"candidates": 3, "prepared": 1, "excluded": 1}, {"candidates": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mailing.objects.update(state="sending", **counts)


def test_stopping_closes_those_who_waited(leeds, dee, newsletter):
    crowd(leeds, 5)
    mailing = newsletter()
    advance()
    mailing.refresh_from_db()
    mailing.stop(dee)
    Sweep().run()
    account = mailing.account()
    assert (account.skipped, account.waiting, account.is_over) == (6, 0, True)
    assert {reason for _, _, reason in account.exceptions} == {"This mailing was stopped"}
