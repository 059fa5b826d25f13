"""What people do while a mailing is on its way, at the very moment something else happens to it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.db.models.functions import Now

from mailings.models import Delivery, Mailing
from mailings.relay import Relay
from mailings.run import Run
from mailings.sweep import Sweep, advance
from members.models import Consent, Membership
from tests.mailings.conftest import crowd

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do all of these in threads of their own at the same moment and return what each answered."""
    ready = Barrier(len(acts))

    def one(act):
        ready.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


@pytest.fixture
def over(newsletter, leeds, relay, send, dee):
    """A newsletter of which person1 has got nothing, about to be called done."""
    crowd(leeds, 3)
    mailing = newsletter(by=dee)
    send()
    Delivery.objects.filter(address="person1@example.org").update(state="failed")
    relay.clear()
    return mailing


def test_called_done_and_sent_again_at_once_it_is_not_done_while_somebody_waits(over, dee, send, relay):
    for _ in range(4):
        Delivery.objects.filter(address="person1@example.org").update(state="failed")
        Mailing.objects.update(state="sending", finished_at=None)
        _, again, _ = at_once(Sweep().finish, lambda: Mailing.objects.get(pk=over.pk).resend(dee), Sweep().finish)
        over.refresh_from_db()
        assert (again, over.state) == (1, "sending")
        assert Delivery.objects.get(address="person1@example.org").state == "queued"
    assert send() == {"sent": 1}
    over.refresh_from_db()
    assert (over.state, relay.recipients()) == ("done", ["person1@example.org"])


def test_managers_who_press_send_to_those_who_missed_it_at_once_send_it_once(over, dee, send, relay):
    press = lambda: Mailing.objects.get(pk=over.pk).missed.send(dee).pk  # noqa: E731
    assert len(set(at_once(press, press, press))) == 1
    Mailing.objects.filter(follows=over).update(send_at=Now())
    assert send()["sent"] == 1
    assert relay.recipients() == ["person1@example.org"]


def test_who_leaves_while_the_mailing_is_on_its_way_gets_nothing_more(newsletter, leeds, relay):
    people = crowd(leeds, 40)
    newsletter()
    advance()
    run = Run(Relay.of_site(), connections=1)
    turn, left = run._turn, []

    def turning():
        if relay.taken and not left:
            for membership in Membership.objects.filter(member__email__in=people[30:]):
                membership.leave(how=Consent.How.ONE_CLICK)
                left.append(membership.member.email)
        turn()

    run._turn = turning
    run.send()
    in_hand = Delivery.objects.filter(address__in=left, state="sent").count()
    assert in_hand < len(left) == 10, "what was in hand went; of the others none"
    assert set(relay.recipients()) == set(Delivery.objects.filter(state="sent").values_list("address", flat=True))
    reasons = set(Delivery.objects.filter(address__in=left, state="skipped").values_list("reason", flat=True))
    assert reasons == {"Left the list, or chose not to get this"}
