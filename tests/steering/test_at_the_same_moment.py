"""Several people at the same moment: one chair, one term, one seat. Threads on a real database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from lcep.site import today
from pods.models import Appointment
from steering import terms
from steering.models import Decision, KeyTurn, Pack
from tests import factories
from tests.meetings.test_at_the_same_moment import CROWD, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_appoint_a_chair_and_there_is_one(steering, dee):
    people = [factories.member(f"chair{n}@example.org", f"Chair {n}") for n in range(CROWD)]

    def appoint(number: int) -> bool:
        until = {} if number % 2 else {"until_on": today() + timedelta(days=number), "end_reason": "For a while"}
        try:
            Appointment.appoint(people[number], steering, "chair", **until)
        except IntegrityError:
            return False
        return True

    assert at_once(appoint).count(True) == 1
    assert Appointment.objects.current().filter(group=steering, role="chair").count() == 1


def test_all_renew_one_term_and_it_goes_on_once(steering, sol, cho):
    held = Appointment.objects.get(member=sol, group=steering)
    made = at_once(lambda n: terms.renew(held, today() + timedelta(days=400 + n), by=cho).pk)
    assert len(set(made)) == 1 and Appointment.objects.filter(member=sol, group=steering).count() == 2


def test_all_of_the_executive_ask_and_the_second_press_turns_the_key_once(leeds, executive):
    people = [factories.member(f"exec{n}@example.org", f"Exec {n}") for n in range(CROWD)]
    for person in people:
        Appointment.appoint(person, executive, "member")
    said = {"address": "new@example.org", "from_on": today(), "until_on": None}
    at_once(lambda n: KeyTurn.ask(leeds, "appoint", by=people[n], **said))
    done = KeyTurn.objects.done()
    assert done and all(turn.asked_by != turn.confirmed_by for turn in done)
    assert leeds.stewardships.current().filter(member__email="new@example.org").count() == 1


def test_all_close_one_pack_and_it_is_closed_once(meeting, cho):
    from tests.steering.test_the_pack import Closing, Papers, over

    Decision.ask(meeting, "Do we pay for travel?", by=cho)
    pack = Pack.of(over(meeting))
    closing = Closing(Papers(meeting))
    closing.rows[0].outcome, closing.rows[0].words = "later", ""
    at_once(lambda _: pack.close(closing.said, by=cho))
    assert Decision.objects.get().put_off == 1
