"""Two managers at the same moment: one mailing, and no words lost. Threads on a real database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from mailings.models import Mailing
from newsletters.models import Conflict, Newsletter
from newsletters.words import Words

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6


def at_once(act) -> list:
    """Call `act(n)` in as many threads at the same moment and return what each answered or raised."""
    ready = Barrier(CROWD)

    def one(number: int):
        ready.wait()
        try:
            return act(number)
        except Conflict as conflict:
            return conflict
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as threads:
        return list(threads.map(one, range(CROWD)))


def test_all_press_send_and_there_is_one_mailing(draft, dee):
    answers = at_once(lambda _: Newsletter.objects.get(pk=draft.pk).send(version=1, by=dee).pk)
    assert len(set(answers)) == 1
    assert Mailing.objects.count() == 1


def test_all_save_and_one_is_first_while_the_others_hear_of_it(draft, dee):
    def save(number: int):
        words = Words.typed(number=12, half_term=None, subject=f"From editor {number}")
        return Newsletter.objects.get(pk=draft.pk).revise(words, version=1, by=dee)

    answers = at_once(save)

    draft.refresh_from_db()
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == CROWD - 1
    assert draft.version == 2
    assert draft.subject == Words.kept(draft.revisions.get(version=2).words).subject


def test_all_take_it_back_and_it_is_taken_back_once(draft, dee):
    draft.send(version=1, by=dee)
    answers = at_once(lambda _: Newsletter.objects.get(pk=draft.pk).undo(by=dee))
    assert answers.count(True) == 1


def test_all_begin_the_same_number_and_there_is_one(leeds, dee):
    words = Words.typed(number=3, half_term=None, subject="Three", sections=[("A", "b")])
    made = at_once(lambda _: Newsletter.begin(leeds, words, by=dee).pk)
    assert len(set(made)) == 1
    assert Newsletter.objects.get().revisions.count() == 1
