"""What is due is handed over once; who may not be written to any more gets nothing; refusals mean what they say."""

import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.mail import send_mail
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from lcep.letters import Letter
from mailings import fingerprint
from mailings.cycle import Cycle
from mailings.models import Delivery, Mailing, Route, Sender, Site
from mailings.relay import Relay
from mailings.run import Run
from mailings.shift import Shift
from mailings.sweep import Sweep, advance
from members.models import Consent, Suppression
from tests.mailings.conftest import crowd
from tests.mailings.kinds import CALL, CODE
from tests.servers.smtp import CUT, Sink

pytestmark = pytest.mark.django_db


def test_a_newsletter_reaches_everybody_once_and_is_done(relay, send, leeds, newsletter):
    addresses = crowd(leeds, 60)
    mailing = newsletter()
    assert send() == {"sent": 60}
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished_at is None) == ("done", False)
    assert relay.recipients() == sorted(addresses)
    assert not relay.twice()
    assert relay.taken[0].sender.startswith("b+")
    assert not Sender.objects.filter(ended_at=None).exists()
    assert send() == {}


def test_where_one_transaction_writes_at_a_time_the_lines_keep_still_meanwhile(relay, leeds, newsletter, monkeypatch):
    """Else they keep Python from the coordinator, and whoever saves something on a page waits for both."""
    crowd(leeds, 5)
    newsletter()
    advance()
    run, could_work = Run(Relay.of_site()), []
    patience = 0.1 if connection.vendor == "sqlite" else 30

    def looking(cycle, *details):
        could_work.append(run.crew.lock.acquire(timeout=patience))
        if could_work[-1]:
            run.crew.lock.release()
        take(cycle, *details)

    take = Cycle._take
    monkeypatch.setattr(Cycle, "_take", looking)
    run.send()
    assert set(could_work) == {connection.vendor == "postgresql"}
    assert not run.crew.lock.locked()
    assert len(relay.taken) == 5


def test_where_one_transaction_writes_at_a_time_others_get_as_long_as_a_cycle_took(
    relay, leeds, newsletter, monkeypatch
):
    """On a slow disk a commit takes long: a page that saves something must not meet a sender that is always there."""
    crowd(leeds, 40)
    newsletter()
    advance()
    turn, turns = Cycle.turn, []

    def slow(cycle, *report, **room):
        began = time.monotonic()
        time.sleep(0.08)
        turn(cycle, *report, **room)
        turns.append((began, time.monotonic()))

    monkeypatch.setattr(Cycle, "turn", slow)
    run = Run(Relay.of_site())
    run.send()
    gaps = [after[0] - before[1] for before, after in pairwise(turns)]
    assert len(gaps) > 3 and len(relay.taken) == 40
    if connection.vendor == "sqlite":
        assert min(gaps[1:-1]) >= 0.075


def test_urgent_mail_overtakes(relay, send, leeds, newsletter, settings):
    settings.EMAIL_URL = relay.url + "?each=1"
    crowd(leeds, 20)
    newsletter()
    send_mail("Hello", "Text", None, ["someone@example.org"])
    Letter(CODE, "else@example.org", "Code", "1").send()
    send()
    assert {relay.taken[0].recipient, relay.taken[1].recipient} == {"else@example.org", "someone@example.org"}


def test_who_leaves_or_is_suppressed_during_the_send_gets_nothing(
    relay, send, leeds, ada, ben, dee, newsletter, states
):
    mailing = newsletter()
    advance()
    ada.memberships.get().leave(how=Consent.How.ONE_CLICK)
    Suppression.add(ben.key, Suppression.Reason.SPAM, leeds)
    assert send() == {"sent": 1, "skipped": 2}
    assert relay.recipients() == ["dee@example.org"]
    reasons = {who: reason for who, _, reason in mailing.account().exceptions}
    assert reasons == {"Ada": "Left the list, or chose not to get this", "Ben": "We do not write to this address"}


def test_who_is_forgotten_meanwhile_is_skipped(relay, send, leeds, ada, newsletter, states):
    newsletter()
    advance()
    Delivery.objects.update(address="", state="skipped", slots={})
    assert send() == {}


def test_who_is_refused_for_now_is_tried_again_for_a_day(send, leeds, newsletter, settings):
    crowd(leeds, 1)
    with Sink(lambda step, address: "451 4.2.0 later" if step == "RCPT" else None) as sink:
        settings.EMAIL_URL = sink.url
        newsletter()
        assert send() == {"later": 1}
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.code) == ("queued", 451)
        assert timedelta(minutes=4) < delivery.due_at - timezone.now() < timedelta(minutes=6)
        assert "We try again for a day" in delivery.reason
        Delivery.objects.update(refused_at=Now() - timedelta(hours=25), due_at=Now())
        send()
    assert Delivery.objects.get().state == "failed"


REFUSALS = [
    ("RCPT", "550 5.1.1 no such user", "failed", "This address does not work"),
    ("RCPT", "552 5.2.2 full", "queued", "asks us to come back later"),
    ("RCPT", "452 4.2.2 Mailbox storage limit exceeded", "queued", "mailbox is full"),
    ("DATA", "554 5.7.1 spam", "failed", "refuses our mail"),
    ("DATA", "451 4.3.0 greylisted", "queued", "asks us to come back later"),
    ("DATA", "552 5.2.2 full", "failed", "mailbox is full"),
]


@pytest.mark.parametrize(("step", "reply", "state", "words"), REFUSALS)
def test_one_refused_person_does_not_stop_the_others(
    send, leeds, newsletter, settings, states, step, reply, state, words
):
    crowd(leeds, 5)
    with Sink(lambda at, address: reply if (at, address) == (step, "person2@example.org") else None) as sink:
        settings.EMAIL_URL = sink.url
        newsletter()
        send()
        assert len(sink.taken) == 4
    found = states()
    assert found.pop("person2@example.org") == state
    assert set(found.values()) == {"sent"}
    assert words in Delivery.objects.get(address="person2@example.org").reason
    assert Route.objects.get().closed_until is None


TROUBLES = [
    ("MAIL", "451 4.7.0 later"),
    ("MAIL", "550 5.7.1 not from you"),
    ("RCPT", "421 closing"),
    ("RCPT", "451 4.7.1 rate limited, slow down"),
    ("DATA", "421 4.3.2 shutting down"),
    ("MAIL", CUT),
]


@pytest.mark.parametrize(("step", "reply"), TROUBLES)
def test_trouble_with_the_way_out_charges_nobody_and_closes_it_for_a_while(
    send, leeds, newsletter, settings, step, reply
):
    crowd(leeds, 5)
    with Sink(lambda at, address: reply if at == step else None) as sink:
        settings.EMAIL_URL = sink.url
        newsletter()
        send()
        assert not sink.taken
    assert set(Delivery.objects.values_list("state", "faults")) == {("queued", 0)}
    route = Route.objects.get()
    assert route.closed_until > timezone.now()
    assert route.closed_reason
    Route.objects.update(closed_until=Now())
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        assert send() == {"sent": 5}
    route.refresh_from_db()
    assert (route.closures, route.closed_until, route.closed_reason) == (0, None, "")


def test_a_relay_that_is_not_there_closes_the_way_out_and_loses_nobody(send, leeds, newsletter, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    crowd(leeds, 5)
    newsletter()
    send()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    assert "could not be reached" in Route.objects.get().closed_reason


def test_a_password_that_is_refused_closes_the_way_out_in_words(send, settings, relay):
    settings.EMAIL_URL = relay.url.replace("smtp://", "smtp://user:wrong@") + "?tls=off"
    send_mail("Hello", "Text", None, ["ada@example.org"])
    send()
    route = Route.objects.get()
    assert Delivery.objects.get().state == "queued"
    assert route.closed_until - timezone.now() > timedelta(minutes=10)
    assert "wrong" not in route.closed_reason + Delivery.objects.get().reason


def test_encryption_that_was_asked_for_is_never_gone_without(send, settings, relay):
    settings.EMAIL_URL = relay.url + "?tls=starttls"
    send_mail("Hello", "Text", None, ["ada@example.org"])
    send()
    assert not relay.taken
    assert "no encryption" in Route.objects.get().closed_reason


def test_cut_before_the_answer_marketing_waits_and_service_goes_again(send, leeds, newsletter, settings):
    crowd(leeds, 1)
    cuts = iter([True])
    with Sink(lambda step, address: CUT if step == "KEPT" and next(cuts, False) else None) as sink:
        settings.EMAIL_URL = sink.url
        mailing = newsletter()
        assert send() == {"doubt": 1}
        mailing.refresh_from_db()
        account = mailing.account()
        assert (account.uncertain, account.is_over) == (1, True)
        assert account.exceptions[0][1] == "we cannot be sure"
        cuts = iter([True])
        Mailing.schedule(CALL, key="call", partnership=leeds, subject="Come", delay=timedelta(0))
        assert send() == {"doubt": 1, "sent": 1}
        (number,) = sink.twice()
        assert len([mail for mail in sink.taken if mail.message["Message-ID"] == number]) == 2


def test_service_mail_in_doubt_is_repeated_three_times_at_most(send, leeds, ada, settings):
    with Sink(lambda step, address: CUT if step == "KEPT" else None) as sink:
        settings.EMAIL_URL = sink.url
        Mailing.schedule(CALL, key="call", partnership=leeds, subject="Come", delay=timedelta(0))
        send()
        assert len(sink.taken) == 4
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.faults) == ("uncertain", 4)


def test_after_three_cuts_in_a_row_marketing_waits_for_a_person(send, leeds, newsletter, settings):
    crowd(leeds, 20)
    with Sink(lambda step, address: CUT if step == "DATA" else None) as sink:
        settings.EMAIL_URL = sink.url + "?each=1"
        mailing = newsletter()
        send()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert "Three connections in a row broke" in mailing.reason
    assert mailing.account().uncertain == 3, "a filter that cuts must not turn a list into doubts one by one"


def test_a_storm_of_refusals_pauses_the_mailing(send, leeds, newsletter, settings):
    crowd(leeds, 300)
    with Sink(lambda step, address: "554 5.7.1 we do not like this" if step == "DATA" else None) as sink:
        settings.EMAIL_URL = sink.url
        mailing = newsletter()
        send()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert mailing.account().failed < 150


def test_settling_and_sending_again(send, relay, leeds, ada, ben, dee, newsletter, states):
    mailing = newsletter()
    advance()
    sender = Sender.objects.create(route=Route.objects.get(), lease_until=timezone.now(), ended_at=timezone.now())
    Delivery.objects.update(state="uncertain", sender=sender)
    assert mailing.settle(dee, [Delivery.objects.get(member=ada).public_id]) == 1
    assert mailing.resend(dee, ("uncertain",)) == 2
    assert send() == {"sent": 2}
    assert set(states().values()) == {"sent"}
    assert relay.recipients() == ["ben@example.org", "dee@example.org"]


def test_resending_what_failed_opens_a_mailing_that_was_over(send, relay, leeds, ada, dee, newsletter):
    mailing = newsletter()
    send()
    Delivery.objects.filter(member=ada).update(state="failed")
    mailing.refresh_from_db()
    assert mailing.state == "done"
    assert mailing.resend(dee, ("failed",)) == 1
    assert mailing.state == "sending"
    assert send() == {"sent": 1}


def test_resending_after_a_stop_does_not_wake_those_who_were_stopped(
    send, relay, leeds, ada, ben, dee, newsletter, states
):
    mailing = newsletter()
    advance()
    Delivery.objects.filter(member=ada).update(state="failed")
    mailing.refresh_from_db()
    mailing.stop(dee)
    mailing.resend(dee)
    send()
    assert relay.recipients() == ["ada@example.org"]


def test_a_late_code_is_skipped_and_blanked(send, relay, states):
    Letter(CODE, "ada@example.org", "Code 123456", "123456").send()
    Mailing.objects.update(late_after=Now() - timedelta(minutes=1))
    send()
    assert (states(), relay.taken) == ({"ada@example.org": "skipped"}, [])
    assert bytes(Mailing.objects.get().rendition.body) == b""


def test_the_text_of_a_secret_kind_is_blank_as_soon_as_it_is_sent(relay, send, db):
    Letter(CODE, "ada@example.org", "Code 123456", "123456", "<p>123456</p>").send()
    assert b"123456" in bytes(Mailing.objects.get().rendition.body)
    route = Relay.of_site()
    Run(route).send()
    assert "123456" in relay.taken[0].part("plain")
    mailing = Mailing.objects.get()
    assert mailing.state == "sending", "before any sweep"
    assert bytes(mailing.rendition.body) == b""


def test_a_mail_that_cannot_be_filled_is_our_fault_and_the_others_go(send, relay, leeds, newsletter, states):
    crowd(leeds, 3)
    newsletter()
    advance()
    Delivery.objects.filter(address="person1@example.org").update(address="two words@example.org")
    assert send() == {"sent": 2, "failed": 1}


def test_a_copied_database_sends_no_newsletter_until_somebody_adopts_it(
    send, relay, leeds, ada, dee, newsletter, states
):
    mailing = newsletter()
    advance()
    fingerprint.site()
    sender = Sender.objects.create(route=Route.objects.get(), lease_until=timezone.now() + timedelta(hours=1))
    Delivery.objects.filter(member=dee).update(state="handed", sender=sender, attempt=1)
    Site.objects.update(fingerprint="of another place")
    send_mail("Hello", "Text", None, ["someone@example.org"])
    assert send() == {"sent": 1}
    mailing.refresh_from_db()
    sender.refresh_from_db()
    assert (mailing.state, mailing.reason) == ("paused", fingerprint.ELSEWHERE)
    assert states()["dee@example.org"] == "uncertain"
    assert sender.ended_how == "copied"
    newsletter(key="another")
    assert send() == {}
    assert fingerprint.adopt(dee)
    assert not fingerprint.adopt(dee)
    assert send() == {}, "each paused mailing waits for its own word"
    mailing.resume(dee)
    assert send() == {"sent": 1}


@pytest.mark.parametrize(
    ("options", "people", "asked"),
    [
        ("?connections=2&each=1", 60, [1]),  # once, however many there are
        ("?connections=2&each=1", 6, []),
        ("?connections=1&each=1", 60, []),
        ("?connections=4", 60, []),  # one process takes all but the one kept for urgent mail
    ],
)
def test_a_run_asks_another_to_join_where_there_is_much_and_connections_are_free(
    relay, settings, leeds, newsletter, states, monkeypatch, options, people, asked
):
    monkeypatch.setattr("mailings.run.HOLD", 8)
    settings.EMAIL_URL = relay.url + options
    crowd(leeds, people)
    newsletter()
    advance()
    rung = []
    assert Run(Relay.of_site(), ask_another=lambda: rung.append(1)).send()
    assert rung == asked and set(states().values()) == {"sent"}


def test_a_task_rings_for_another_beside_it(relay, settings, leeds, newsletter, states, monkeypatch):
    rung = []
    monkeypatch.setattr("mailings.shift.alarm.ring", lambda: rung.append(1))
    monkeypatch.setattr("mailings.run.HOLD", 8)
    settings.EMAIL_URL = relay.url + "?connections=2&each=1"
    crowd(leeds, 60)
    newsletter()
    Shift().work()
    assert rung == [1] and set(states().values()) == {"sent"}


def test_two_runs_at_once_in_one_process_are_one(relay, leeds, db):
    with Run._here:
        assert not Run(Relay.of_site()).send()


def test_a_run_takes_no_more_connections_than_the_way_out_has(relay, db, settings):
    settings.EMAIL_URL = relay.url + "?connections=1"
    relay_of_site = Relay.of_site()
    Sender.objects.create(route=relay_of_site.route(), lease_until=timezone.now() + timedelta(minutes=1), connections=1)
    send_mail("Hello", "Text", None, ["ada@example.org"])
    assert not Run(relay_of_site).send()
    assert Delivery.objects.get().state == "queued"


def test_a_run_whose_row_was_ended_by_another_hands_over_nothing(relay, leeds, newsletter):
    crowd(leeds, 50)
    newsletter()
    advance()
    run = Run(Relay.of_site())
    turn, turns = run._turn, []

    def ended_meanwhile():
        turns.append(1)
        if len(turns) == 2:
            Sender.objects.update(ended_at=Now(), ended_how="expired")
        turn()

    run._turn = ended_meanwhile
    run.send()
    assert run.outcome.is_fenced
    assert len(relay.taken) < 50
    counted = Delivery.objects.filter(state="sent").count()
    assert counted == len(relay.taken), "its own true results are taken"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "queued"}


def test_a_limit_per_hour_is_kept_and_a_tenth_is_left_for_service_mail(relay, send, leeds, newsletter, settings):
    settings.EMAIL_URL = relay.url + "?per_hour=20"
    crowd(leeds, 50)
    newsletter()
    run = Run(Relay.of_site())
    advance()
    run.send()
    assert len(relay.taken) == 18
    for number in range(5):
        Letter(CODE, f"x{number}@example.org", "Code", "1").send()
    Run(Relay.of_site()).send()
    assert len(relay.taken) == 20


def test_another_way_out_of_django_is_a_plain_route(send, settings, leeds, newsletter, mailoutbox):
    settings.EMAIL_URL = "backend+django.core.mail.backends.locmem.EmailBackend://"
    crowd(leeds, 2)
    newsletter()
    assert send() == {"sent": 2}
    first, _ = sorted(mailoutbox, key=lambda mail: mail.to)
    assert first.to == ["person0@example.org"]
    assert first.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Dear Person" in first.body


def test_stopping_the_process_hands_over_nothing_more_and_loses_nothing(relay, send, leeds, newsletter, states):
    crowd(leeds, 60)
    newsletter()
    relay.pause = 0.005
    asked = threading.Event()
    threading.Thread(target=lambda: (relay.wait_for(10), asked.set()), daemon=True).start()
    send(is_stopping=asked.is_set)
    found = states()
    assert asked.is_set()
    assert set(found.values()) == {"sent", "queued"}
    assert list(found.values()).count("sent") == len(relay.taken) < 60
    relay.pause = 0
    send()
    assert set(states().values()) == {"sent"}
    assert not relay.twice()


def test_what_was_done_too_early_is_opened_again(send, relay, leeds, ada, newsletter):
    newsletter()
    advance()
    Mailing.objects.update(state="done", finished_at=Now())
    Sweep().run()
    assert send() == {"sent": 1}


def test_codes_do_not_wait_for_a_newsletter_on_its_way(relay, send, leeds, newsletter, django_db_blocker):
    crowd(leeds, 100)
    newsletter()
    advance()
    run, began = Run(Relay.of_site(), connections=2), time.monotonic()
    turn, relay.pause = run._turn, 0.01

    def with_a_code():
        if len(relay.taken) > 5 and not run.__dict__.get("asked"):
            run.asked = time.monotonic()
            Letter(CODE, "code@example.org", "Code", "1").send()
        turn()

    run._turn = with_a_code
    run.send()
    (code,) = [mail for mail in relay.taken if mail.recipient == "code@example.org"]
    assert relay.taken.index(code) < 100
    assert code.at - run.asked < 1 or time.monotonic() - began > 1.5, "unless this machine is busy"


def test_who_is_forgotten_leaves_no_trace_in_any_state(leeds, ada, ben, dee, newsletter, states, relay, send):
    newsletter()
    advance()
    Delivery.objects.filter(member=ben).update(state="failed", reply="550 <ben@example.org> unknown")
    assert Delivery.objects.filter(member__in=[ada, ben]).forget() == 2
    rows = Delivery.objects.filter(member__in=[ada, ben]).values_list("address", "slots", "reply", "state")
    assert sorted(rows) == [("", {}, "", "failed"), ("", {}, "", "skipped")]
    assert not Delivery.objects.filter(key__in=[ada.key, ben.key]).exists()
    send()
    assert relay.recipients() == ["dee@example.org"]


def test_a_mailing_whose_preparation_died_hours_ago_asks_first(leeds, ada, newsletter, relay, send):
    mailing = newsletter()
    Mailing.objects.update(state="preparing", late_after=Now() - timedelta(minutes=1))
    assert send() == {}
    mailing.refresh_from_db()
    assert mailing.state == "paused"
