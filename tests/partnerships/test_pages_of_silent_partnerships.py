"""After two questions without an answer a page says since when nobody confirmed it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partnerships.models import Confirmation, Partnership
from tests import factories


@pytest.fixture
def quiet(db):
    return factories.PartnershipFactory(slug="quiet", name="Quiet CEP", last_confirmed_on=date(2026, 1, 5))


def asked(partnership, days_ago, answered=False):
    at = timezone.now() - timedelta(days=days_ago)
    return Confirmation.objects.create(
        partnership=partnership,
        half_term=f"{days_ago} days ago",
        sent_to="them@example.org",
        asked_at=at,
        answered_at=at if answered else None,
    )


def silences(partnership):
    return Partnership.objects.with_silences().get(pk=partnership.pk).silences


def test_two_unanswered_questions_are_two_silences(quiet, client):
    asked(quiet, 100)
    assert silences(quiet) == 1 and not quiet.is_silent
    assert "Not confirmed since" not in client.get("/partnerships/quiet/").content.decode()
    asked(quiet, 40)
    assert silences(quiet) == 2 and quiet.not_confirmed_since == date(2026, 1, 5)
    assert "Not confirmed since" in client.get("/partnerships/quiet/").content.decode()


def test_a_question_of_this_week_is_no_silence_yet(quiet):
    asked(quiet, 100)
    asked(quiet, 3)
    assert silences(quiet) == 1


def test_an_answer_ends_the_row_of_silences(quiet):
    for days in (200, 150):
        asked(quiet, days)
    asked(quiet, 100, answered=True)
    asked(quiet, 40)
    assert silences(quiet) == 1


def test_who_confirms_the_facts_by_hand_ends_it_too(quiet):
    for days in (100, 40):
        asked(quiet, days)
    Partnership.objects.filter(pk=quiet.pk).update(last_confirmed_on=timezone.localdate())
    assert silences(quiet) == 0


def test_one_partnership_is_not_silent_for_another(quiet, leeds):
    for days in (100, 40):
        asked(quiet, days)
    assert (silences(quiet), silences(leeds)) == (2, 0)
