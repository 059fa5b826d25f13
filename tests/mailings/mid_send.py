"""A newsletter that is under way, and what must be true of it once its sender was asked to stop."""

from datetime import timedelta

from lcep.letters import PLAIN, Letter
from mailings import journal
from mailings.alarm import ring
from mailings.models import Mailing, Sender
from mailings.sweep import advance
from tests.mailings.conftest import crowd
from tests.mailings.kinds import NEWS

PEOPLE = 100
SLOW = 0.01  # seconds for each answer of the relay, so that a stop comes while mails are on their way


def planned(partnership) -> Mailing:
    """A newsletter, prepared and due: whoever sends next takes it."""
    crowd(partnership, PEOPLE)
    mailing = Mailing.schedule(NEWS, key="mid", partnership=partnership, subject="News", delay=timedelta(0))
    advance()
    return mailing


def stopped_in_it(worker, sink, partnership) -> None:
    """A real worker carries a letter away, and is asked to stop while a newsletter is under way."""
    Letter(PLAIN, "ada@example.org", "Hello", "Good news.").send()
    sink.wait_for(1)
    assert sink.recipients() == ["ada@example.org"]
    sink.pause = SLOW
    newsletter = planned(partnership)
    ring()
    sink.wait_for(20)
    assert worker.stop(30) == 0
    nothing_is_uncertain(newsletter, sink)


def nothing_is_uncertain(mailing: Mailing, relay) -> None:
    """What is sent has arrived, all others wait, and no journal has anything to tell."""
    states = dict(mailing.deliveries.values_list("address", "state"))
    assert set(states.values()) == {"sent", "queued"}, "it came in mid-send, and nobody is in doubt"
    arrived = set(relay.recipients()) & set(states)
    assert {address for address, state in states.items() if state == "sent"} == arrived
    assert not list(journal.folder().glob("*.journal"))
    assert set(Sender.objects.values_list("ended_how", flat=True)) == {"clean"}
