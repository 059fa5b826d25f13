"""Blocks of what the site knows, and the last issue's words to begin with."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meetings.models import Meeting
from newsletters.models import Newsletter, Story
from newsletters.words import Part
from pods.models import Appointment, Group
from tests import factories

ADD = "/admin/newsletters/newsletter/add/"


@pytest.fixture
def meeting(pod, ada):
    return Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=28), by=ada, seen=0, place="The *Old* Mill")


def test_dates_for_the_diary_come_from_the_meetings(as_member, dee, draft, screen, typed, meeting):
    as_member(dee).post(screen("words", draft), typed(draft, "dates"))
    draft.refresh_from_db()
    part = draft.words.sections[-1]
    assert part.heading == "Dates for the diary"
    assert f"(http://localhost:8000/meetings/{meeting.ref}/): {meeting.when}" in part.body
    assert "/partnerships/leedscep/events/" in part.body


def test_an_executive_s_meeting_is_in_no_diary(as_member, dee, draft, screen, typed, meeting, leeds):
    Group.objects.filter(pk=meeting.group_id).update(kind=Group.Kind.EXECUTIVE, joining="appointed")
    as_member(dee).post(screen("words", draft), typed(draft, "dates"))
    draft.refresh_from_db()
    assert meeting.ref not in draft.words.sections[-1].body


def test_the_chair_is_named_only_where_they_agreed(as_member, dee, draft, screen, typed, leeds, pod):
    chair = factories.member("chair@example.org", "Cleo Chair")
    seat = Appointment.appoint(chair, pod, Appointment.Role.CHAIR)
    as_member(dee).post(screen("words", draft), typed(draft, "chair"))
    Appointment.objects.filter(pk=seat.pk).update(is_public=True)
    draft.refresh_from_db()
    as_member(dee).post(screen("words", draft), typed(draft, "chair"))
    draft.refresh_from_db()
    unnamed, named = draft.words.sections[-2:]
    assert "Cleo" not in unnamed.body
    assert "*Cleo Chair, Independent Chair*" in named.body


def test_a_chair_s_place_left_empty_bars_the_way(as_member, dee, draft, screen, typed):
    as_member(dee).post(screen("words", draft), typed(draft, "chair"))
    assert "[...]" in as_member(dee).get(screen("check", draft)).content.decode()


def test_readers_are_told_how_to_send_their_news(as_member, dee, draft, screen, typed):
    answer = as_member(dee).post(screen("words", draft), typed(draft, "news"))
    assert answer.url.endswith("#part-3")
    draft.refresh_from_db()
    assert "/partnerships/leedscep/noticeboard/send/" in draft.words.sections[-1].body


def test_the_last_issue_s_words_without_its_stories_begin_the_next(as_member, dee, leeds, draft):
    story = Story.send(leeds, writer=dee, readers=[], title="Told", text="Told already", kind="news")
    words = draft.words.with_sections([*draft.words.sections, Part("Told", "Told already", story.pk)])
    draft.revise(words, version=1, by=dee)
    Newsletter.objects.filter(pk=draft.pk).update(published_at=timezone.now())
    assert "Start with the words of number 12" in as_member(dee).get(ADD).content.decode()

    as_member(dee).post(ADD, {"number": 13, "half_term": "", "subject": "Next", "press": "copy"})

    made = Newsletter.objects.get(number=13)
    assert made.subject == "Next"
    assert (made.opening, made.preheader) == (draft.opening, draft.preheader)
    assert [part.heading for part in made.words.sections] == ["Funding", "Dates"]
    assert Newsletter.objects.get(number=12).words.subject == draft.subject
