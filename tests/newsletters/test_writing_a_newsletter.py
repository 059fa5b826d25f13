"""From nothing to words that are saved, by one editor or by two."""

import pytest
from django.urls import reverse

from newsletters.models import Closed, Newsletter, Revision
from newsletters.words import CHARACTERS, Words
from tests import factories
from trust.models import Entry

ADD = "/admin/newsletters/newsletter/add/"


def test_beginning_is_one_press_on_a_form_that_is_filled_in(as_member, dee, leeds):
    page = as_member(dee).get(ADD)
    assert page.context["form"].initial["number"] == 1
    assert "LeedsCEP newsletter" in page.content.decode()

    answer = as_member(dee).post(ADD, {"number": 1, "half_term": "", "subject": "First"})

    made = Newsletter.objects.get()
    assert (made.partnership, made.number, made.subject, made.made_by) == (leeds, 1, "First", dee)
    assert answer.url == reverse("admin:newsletters_newsletter_words", args=[made.pk])
    assert Entry.objects.get(verb="began").actor == dee


def test_beginning_twice_makes_one(as_member, dee):
    for _ in range(2):
        as_member(dee).post(ADD, {"number": 1, "half_term": "", "subject": "First"})
    assert Newsletter.objects.count() == 1


def test_a_number_that_is_taken_opens_what_is_there(as_member, dee, draft):
    answer = as_member(dee).post(ADD, {"number": 12, "half_term": "", "subject": "Something else"}, follow=True)
    assert "Number 12 is there already" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.subject == "Autumn news for schools and artists"


def test_a_manager_of_two_partnerships_says_which(as_member, dee, elsewhere):
    from partnerships.models import Stewardship

    Stewardship.appoint(dee, elsewhere)
    assert "For which partnership?" in as_member(dee).get(ADD).content.decode()

    as_member(dee).post(f"{ADD}?for=northvale", {"number": 3, "half_term": "", "subject": "News"})
    assert Newsletter.objects.get().partnership == elsewhere


def test_a_partnership_of_somebody_else_cannot_be_chosen(as_member, dee, elsewhere):
    as_member(dee).post(f"{ADD}?for=northvale", {"number": 3, "half_term": "", "subject": "News"})
    assert not Newsletter.objects.exists()


def test_words_are_saved_and_counted(as_member, dee, draft, screen, typed):
    answer = as_member(dee).post(screen("words", draft), typed(draft, opening="New words"))

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert (draft.opening, draft.version, draft.edited_by) == ("New words", 2, dee)
    assert Entry.objects.get(verb="edited").detail == {"version": 2}


@pytest.mark.parametrize(
    ("press", "headings"),
    [
        ("add", ["Funding", "Dates", ""]),
        ("down-1", ["Dates", "Funding"]),
        ("up-2", ["Dates", "Funding"]),
        ("up-1", ["Funding", "Dates"]),
        ("remove-1", ["Dates"]),
        ("remove-9", ["Funding", "Dates"]),
    ],
)
def test_sections_are_added_moved_and_removed_with_buttons(as_member, dee, draft, screen, typed, press, headings):
    answer = as_member(dee).post(screen("words", draft), typed(draft, press))

    assert answer.status_code == 302
    assert "#part-" in answer.url
    draft.refresh_from_db()
    assert [part.heading for part in draft.words.sections] == headings


def test_moving_keeps_what_was_typed(as_member, dee, draft, screen, typed):
    as_member(dee).post(screen("words", draft), typed(draft, "down-1", body_0="Half a sent"))
    draft.refresh_from_db()
    assert draft.words.sections[1].body == "Half a sent"


def test_two_editors_lose_nothing(as_member, dee, draft, screen, typed, leeds):
    sam = _manager("sam@example.org", "Sam", leeds)
    mine, theirs = typed(draft, opening="Dee's opening"), typed(draft, opening="Sam's opening", body_0="Sam's grant")
    as_member(sam).post(screen("words", draft), theirs)

    answer = as_member(dee).post(screen("words", draft), mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Sam saved just now" in page
    assert "Sam&#x27;s opening" in page
    assert "Sam&#x27;s grant" in page
    assert "Dee&#x27;s opening" in page
    draft.refresh_from_db()
    assert draft.opening == "Sam's opening"

    again = as_member(dee).post(screen("words", draft), mine | {"version": answer.context["form"]["version"].value()})

    draft.refresh_from_db()
    assert again.status_code == 302
    assert draft.opening == "Dee's opening"
    assert any(Words.kept(row.words).opening == "Sam's opening" for row in Revision.objects.all())


def test_the_same_words_twice_are_no_conflict(as_member, dee, draft, screen, typed):
    data = typed(draft, opening="Pressed twice")
    first, second = (as_member(dee).post(screen("words", draft), data) for _ in range(2))
    draft.refresh_from_db()
    assert (first.status_code, second.status_code, draft.version) == (302, 302, 2)


def test_an_earlier_wording_comes_back(as_member, dee, draft, screen, typed):
    as_member(dee).post(screen("words", draft), typed(draft, opening="Worse"))
    assert "busy" in as_member(dee).get(screen("wording", draft, 1)).content.decode()

    as_member(dee).post(screen("wording", draft, 1))

    draft.refresh_from_db()
    assert "busy" in draft.opening
    assert draft.version == 3


def test_what_is_on_its_way_cannot_be_edited_and_keeps_what_was_typed(as_member, dee, tested, screen, typed):
    data = typed(tested, opening="A late thought")
    tested.send(version=tested.version, by=dee)

    answer = as_member(dee).post(screen("words", tested), data)

    assert answer.status_code == 409
    assert "A late thought" in answer.content.decode()
    tested.refresh_from_db()
    assert "busy" in tested.opening
    with pytest.raises(Closed):
        tested.revise(Words.typed(number=12, half_term=None, subject="Other"), version=tested.version, by=dee)
    assert as_member(dee).get(screen("words", tested)).status_code == 302


def test_a_taken_number_is_refused_and_nothing_typed_is_lost(as_member, dee, draft, screen, typed, leeds):
    factories_number_13 = Words.typed(number=13, half_term=None, subject="Thirteen")
    Newsletter.begin(leeds, factories_number_13, by=dee)

    answer = as_member(dee).post(screen("words", draft), typed(draft, number=13, opening="Kept"))

    assert answer.status_code == 422
    assert "Number 13 is taken" in answer.content.decode()
    assert "Kept" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"subject": ""}, "Enter a subject"),
        ({"subject": "x" * 151}, "Shorten the subject to 150"),
        ({"opening": "x" * 20_001}, "Shorten the opening words to 20,000"),
        ({"heading_0": "x" * 121}, "Shorten the heading of section 1 to 120"),
        ({"number": "0"}, "Enter a number from 1 on"),
        ({"sections": "-5"}, ""),
        ({"sections": "9" * 30}, ""),
        ({"version": "abc"}, ""),
        ({"press": "drop table"}, ""),
        ({"half_term": "999"}, "Select a valid choice"),
    ],
)
def test_invalid_input_is_answered_on_the_page_with_everything_still_there(
    as_member, dee, draft, screen, typed, changes, says
):
    answer = as_member(dee).post(screen("words", draft), typed(draft, preheader="Still here") | changes)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Still here" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.version == 1


def test_more_than_a_newsletter_holds_is_said_not_cut(as_member, dee, draft, screen, typed):
    long = {"sections": 5} | {f"heading_{at}": "" for at in range(5)} | {f"body_{at}": "x" * 15_000 for at in range(5)}
    answer = as_member(dee).post(screen("words", draft), typed(draft) | long)
    assert answer.status_code == 422
    assert "60,000 characters" in answer.content.decode()
    assert CHARACTERS == 60_000


def test_a_subject_of_several_lines_becomes_one(as_member, dee, draft, screen, typed):
    as_member(dee).post(screen("words", draft), typed(draft, subject="News\r\nBcc: all@example.org\u2028more"))
    draft.refresh_from_db()
    assert draft.subject == "News Bcc: all@example.org more"


def _manager(address, name, partnership):
    from partnerships.models import Stewardship

    manager = factories.member(address, name)
    Stewardship.appoint(manager, partnership)
    return manager
