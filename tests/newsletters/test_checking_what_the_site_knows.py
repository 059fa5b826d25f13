"""The check knows stories, meetings, pictures, half terms and the mail as it leaves better than the words do."""

from datetime import date, timedelta
from email import message_from_bytes

import pytest
from django.utils import timezone

from mailings import linter
from meetings.models import Meeting
from newsletters.check import CHECKS, Check
from newsletters.models import Newsletter, Picture, Story
from newsletters.pictures import clean
from newsletters.words import Part, Words
from partnerships.models import HalfTerm
from tests.newsletters.photos import GREY

TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture(autouse=True)
def friday(time_machine):
    time_machine.move_to("2026-11-20 12:00", tick=False)


@pytest.fixture
def terms(leeds):
    """Two half terms with a holiday between, as invented as the rest."""
    place = leeds.places.get()
    for number, (first, last) in enumerate([("2026-11-02", "2026-12-18"), ("2027-01-04", "2027-02-12")], 2):
        HalfTerm.objects.create(
            place=place,
            school_year="2026/27",
            name=f"Term {number}",
            number=number,
            first_on=first,
            last_on=last,
        )


def said(leeds, sections, **changes) -> str:
    words = Words.typed(number=20, half_term=None, subject="A subject", sections=sections, **changes)
    check = Check(Newsletter.begin(leeds, words))
    return " | ".join(f"{'BARS ' if finding.bars else ''}{finding.sentence}" for finding in check.findings)


def story(leeds, dee, **changes) -> tuple:
    made = Story.send(leeds, writer=dee, readers=[], title="A grant", text="For schools", kind="funding", **changes)
    made.approve(by=dee)
    return made, ("A grant", made.body, made.pk)


def test_a_story_that_closed_or_was_taken_off_bars_the_way(leeds, dee):
    _, closed = story(leeds, dee, closes_on=TODAY - timedelta(days=1))
    assert "BARS Section 1, “A grant”: it closed on Thursday 19 November" in said(leeds, [closed])


def test_a_story_that_was_withdrawn_bars_the_way(leeds, dee):
    made, part = story(leeds, dee)
    made.withdraw(by=dee)
    assert "BARS Section 1, “A grant”: the story was taken off the noticeboard meanwhile" in said(leeds, [part])


def test_a_closing_date_in_the_holiday_is_pointed_out(leeds, dee, terms):
    _, part = story(leeds, dee, closes_on=date(2026, 12, 29))
    assert "it closes on Tuesday 29 December, in the school holiday" in said(leeds, [part])


def test_a_closing_date_before_the_next_issue_is_pointed_out(leeds, dee, terms):
    _, part = story(leeds, dee, closes_on=date(2026, 12, 10))
    found = said(leeds, [part])
    assert "“A grant” closes before the next issue, due Friday 5 February" in found
    assert "holiday" not in found


def test_a_story_that_closes_the_next_day_is_pointed_out(leeds, dee):
    _, part = story(leeds, dee, closes_on=TODAY + timedelta(days=1))
    assert "it closes one day after" in said(leeds, [part])


def test_what_closes_after_all_of_that_is_left_alone(leeds, dee, terms):
    _, part = story(leeds, dee, closes_on=date(2027, 2, 10))
    assert "close" not in said(leeds, [part]).replace("Closes on", "")


@pytest.fixture
def meeting(pod, ada):
    return Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=28), by=ada, seen=0)


def diary(meeting, when="Friday 18 December") -> list:
    return [("Dates", f"[Youth Voice](http://localhost:8000/meetings/{meeting.ref}/): {when}")]


def test_a_meeting_that_was_moved_or_cancelled_since_is_found(leeds, meeting, ada):
    assert "Youth Voice meeting" not in said(leeds, diary(meeting))
    meeting.move(starts_at=timezone.now() + timedelta(days=35), by=ada, sequence=meeting.sequence)
    leeds.newsletters.update(number=21)
    assert "is on Friday 25 December 2026" in said(leeds, diary(meeting))
    meeting.refresh_from_db()
    meeting.cancel(by=ada, reason="Snow")
    leeds.newsletters.exclude(number=21).update(number=22)
    assert "BARS Section 1, “Dates”: “Youth Voice meeting” is cancelled" in said(leeds, diary(meeting))


def test_a_meeting_that_is_over_by_the_day_it_goes_out_bars_the_way(leeds, meeting):
    words = Words.typed(number=20, half_term=None, subject="A subject", sections=diary(meeting))
    check = Check(Newsletter.begin(leeds, words), on=date(2026, 12, 19))
    assert any("is over since Friday 18 December" in finding.sentence for finding in check.bars)


@pytest.mark.parametrize(
    ("alt", "says"),
    [
        ("", "BARS Section 1, “Us”: nobody has said what the picture shows"),
        ("IMG_20261120.jpg", "is the name of a file"),
        ("Picture of children at a wall", "leave out “Picture of”"),
        ("A wall", "says little about the picture"),
    ],
)
def test_how_a_picture_is_described(leeds, alt, says):
    kept = Picture.keep(clean(GREY), leeds)
    assert says in said(leeds, [("Us", "Words", None, kept.pk, alt)])


def test_two_pictures_alike_and_all_too_heavy(leeds):
    kept = Picture.keep(clean(GREY), leeds)
    Picture.objects.update(content=b"x" * 1_100_000)
    alike = "Twelve children paint a wall"
    found = said(leeds, [("A", "x", None, kept.pk, alike), ("B", "y", None, kept.pk, alike)])
    assert "Two pictures are described by the same words" in found
    assert "The pictures weigh 1100 kB together" in found
    bare = Newsletter.objects.get()
    bare.revise(bare.words.with_sections([Part("None", "x"), *bare.words.sections]), version=1, by=None)
    [heavy] = [finding for finding in Check(bare).findings if "weigh" in finding.sentence]
    assert heavy.href == "#part-2", "a section without a picture before it"


def test_the_mail_as_it_leaves_is_looked_at_too(leeds, monkeypatch):
    seen = []
    monkeypatch.setattr(linter, "flaws", lambda raw, marketing: seen.append(raw) or [linter.Flaw("The mail is odd.")])
    assert "BARS The mail is odd." in said(leeds, [("A", "b")])
    assert message_from_bytes(seen[0])["List-Unsubscribe-Post"]


def test_the_demonstration_s_kind_of_newsletter_has_no_flaw_as_it_leaves(tested):
    assert linter.flaws(Check(tested).built.raw, marketing=True) == []


def test_there_are_about_thirty_checks_and_few_bar_the_way(tested):
    assert 30 <= len(CHECKS) <= 45
    assert Check(tested).findings == []


def test_it_looks_at_the_built_message_and_not_at_what_was_typed(leeds, monkeypatch):
    """A fault of the builder is found as well: here it makes every link relative."""
    from newsletters.built import Built

    real = Built.html.fget
    monkeypatch.setattr(Built, "html", property(lambda built: real(built).replace("https://example.org", "")))
    found = said(leeds, [("A", "[the grant](https://example.org/grant)")])
    assert "BARS Section 1, “A”: “the grant” leads nowhere outside this computer (/grant)" in found


def test_each_finding_leads_to_its_field(as_member, dee, leeds, screen):
    kept = Picture.keep(clean(GREY), leeds)
    words = Words.typed(number=20, half_term=None, subject="TK", sections=[("A", "b"), ("Us", "c", None, kept.pk, "")])
    made = Newsletter.begin(leeds, words, by=dee)
    page, form = as_member(dee).get(screen("check", made)), as_member(dee).get(screen("words", made)).content.decode()
    for finding in page.context["check"].findings:
        if finding.href.startswith("#"):
            assert f'id="{finding.href[1:]}"' in form
            assert f'href="{screen("words", made)}{finding.href}"' in page.content.decode()
