"""Two people press at the same moment: one thing happens, once."""

import threading
from datetime import date

import pytest
from django.db import connection

from partnerships.asking import ask
from partnerships.merging import Impossible, Merger
from partnerships.models import Confirmation, Enquiry, HalfTerm, Partnership
from tests import factories
from trust.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds) -> list[object]:
    """Do all of it at one moment, each in its own thread; return what each returned or raised."""
    heard, start = [], threading.Barrier(len(deeds))

    def do(deed) -> None:
        try:
            start.wait()
            heard.append(deed())
        except Exception as error:
            heard.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


@pytest.fixture
def entry(listed):
    Partnership.objects.filter(pk=listed.pk).update(asked_at_address="office@example.org")
    return Partnership.objects.get(pk=listed.pk)


def test_two_alarm_clocks_ask_once(entry):
    HalfTerm.objects.create(
        place=factories.PlaceFactory(),
        school_year="2026/27",
        number=2,
        name="Autumn 2",
        first_on=date(2026, 11, 2),
        last_on=date(2026, 12, 18),
    )
    asked = at_once(*[lambda: ask(date(2026, 11, 3))] * 4)
    assert sorted(map(len, asked)) == [0, 0, 0, 1]
    assert Confirmation.objects.count() == 1


def test_pressed_by_several_it_is_confirmed_once(entry):
    question = Confirmation.objects.create(partnership=entry, half_term="A", sent_to="a@example.org")
    heard = at_once(*[lambda: Confirmation.objects.get(pk=question.pk).still_right()] * 4)
    assert sorted(heard) == [False, False, False, True]
    assert Entry.objects.count() == 1


def test_corrected_by_several_one_correction_is_kept(entry):
    question = Confirmation.objects.create(partnership=entry, half_term="A", sent_to="a@example.org")
    heard = at_once(*[lambda: Confirmation.objects.get(pk=question.pk).correct("Not so")] * 4)
    assert sorted(heard) == [False, False, False, True]


def test_mergers_that_cross_leave_one_of_the_two_standing(entry):
    other = factories.PartnershipFactory(slug="other", region=entry.region)
    heard = at_once(Merger(entry, other).make, Merger(other, entry).make)
    assert sum(isinstance(each, Impossible) for each in heard) == 1 and heard.count(None) == 1
    assert sorted(Partnership.objects.values_list("status", flat=True)) == ["merged", "running"]


def test_ticked_off_by_several_it_is_answered_by_one(entry):
    people = [factories.member(f"p{number}@example.org") for number in range(4)]
    enquiry = Enquiry.objects.create(partnership=entry, reader="keeper", email="a@example.org", text="?")
    heard = at_once(*[lambda who=who: Enquiry.objects.get(pk=enquiry.pk).answered(by=who) for who in people])
    assert sorted(heard) == [False, False, False, True]
