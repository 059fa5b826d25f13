"""Words are kept while they are written, as versions, without burying those that were saved, never over another's."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from newsletters.models import Revision
from newsletters.words import Words
from partnerships.models import Stewardship
from tests import factories
from trust.models import Entry


def keep(client, screen, newsletter, data):
    return client.post(screen("keeping", newsletter), data)


def test_what_is_written_is_kept_with_its_time(as_member, dee, draft, screen, typed):
    answer = keep(as_member(dee), screen, draft, typed(draft, opening="Half a sent"))
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["says"].startswith("Kept at ")
    draft.refresh_from_db()
    assert draft.opening == "Half a sent"
    assert not Entry.objects.filter(verb="edited").exists()


def test_the_same_words_are_kept_once(as_member, dee, draft, screen, typed):
    assert keep(as_member(dee), screen, draft, typed(draft)).json()["version"] == 1
    assert Revision.objects.count() == 1


def test_the_keeping_of_a_quarter_of_an_hour_leaves_a_few_wordings(as_member, dee, draft, screen, typed):
    client, start = as_member(dee), timezone.now()
    for minute in range(12):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            draft.refresh_from_db()
            keep(client, screen, draft, typed(draft, opening=f"After {minute} minutes"))
    draft.refresh_from_db()
    assert draft.version == 13
    kept = list(draft.revisions.values_list("version", "autosaved"))
    assert kept[-1] == (1, False)  # what was saved by hand stays
    assert 2 <= len(kept) <= 5


def test_a_wording_that_was_tested_stays(as_member, dee, draft, screen, typed):
    keep(as_member(dee), screen, draft, typed(draft, opening="One"))
    draft.refresh_from_db()
    draft.test(by=dee)
    keep(as_member(dee), screen, draft, typed(draft, opening="Two"))
    draft.refresh_from_db()
    assert not draft.is_tested
    assert draft.revisions.filter(version=2).exists()


def test_it_never_goes_over_what_somebody_else_saved(as_member, dee, draft, screen, typed, leeds):
    sam = factories.member("sam@example.org", "Sam")
    Stewardship.appoint(sam, leeds)
    mine = typed(draft, opening="Dee's")
    draft.revise(Words.typed(number=12, half_term=None, subject="Sam's"), version=1, by=sam)

    answer = keep(as_member(dee), screen, draft, mine)

    assert answer.status_code == 409
    assert "Sam saved meanwhile. Press Save to see both wordings" in answer.json()["says"]
    draft.refresh_from_db()
    assert draft.subject == "Sam's"


def test_two_tabs_of_one_manager_lose_nothing(as_member, dee, draft, screen, typed):
    one, other = typed(draft, opening="First tab"), typed(draft, opening="Second tab")
    assert keep(as_member(dee), screen, draft, one).status_code == 200
    assert keep(as_member(dee), screen, draft, other).status_code == 409

    page = as_member(dee).post(screen("words", draft), other)

    assert page.status_code == 409
    assert "First tab" in page.content.decode() and "Second tab" in page.content.decode()


@pytest.mark.parametrize("changes", [{"subject": ""}, {"number": "x"}, {"opening": "x" * 20_001}])
def test_what_cannot_be_kept_says_why_and_changes_nothing(as_member, dee, draft, screen, typed, changes):
    answer = keep(as_member(dee), screen, draft, typed(draft, **changes))
    assert answer.status_code == 422
    assert answer.json()["says"].startswith("Not kept yet: ")
    draft.refresh_from_db()
    assert draft.version == 1


def test_what_was_sent_meanwhile_is_not_changed(as_member, dee, tested, screen, typed):
    data = typed(tested, opening="Too late")
    tested.send(version=tested.version, by=dee)
    answer = keep(as_member(dee), screen, tested, data)
    assert (answer.status_code, "no draft any more" in answer.json()["says"]) == (409, True)


def test_the_versions_say_which_were_kept_by_themselves(as_member, dee, draft, screen, typed):
    keep(as_member(dee), screen, draft, typed(draft, opening="Kept"))
    assert "kept while writing" in as_member(dee).get(screen("wordings", draft)).content.decode()
