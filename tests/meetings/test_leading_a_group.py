"""The desk of a group's leaders, through the pages they press."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from meetings.models import Announcement, Attendance, DatePoll, FollowUp, Meeting, MinutesRevision, PodReport
from partnerships.models import HalfTerm
from pods.models import Appointment
from tests import factories
from tests.meetings.conftest import at, passed


def term(leeds):
    """School on every weekday for a year, so that dates can be suggested."""
    HalfTerm.objects.create(
        place=leeds.places.get(),
        school_year="now",
        name="Term",
        number=1,
        first_on=timezone.localdate() - timedelta(days=200),
        last_on=timezone.localdate() + timedelta(days=300),
    )


def typed(day: str, **more) -> dict:
    return {"day": day, "time": "4pm", "minutes": "90", "mode": "in person", "place": "Library", "seen": "0"} | more


def test_from_the_desk_to_everybody_told_in_two_presses(as_member, leeds, pod, ada, ben):
    term(leeds)
    passed(Meeting.schedule(pod, starts_at=at(28), by=ada, seen=0, place="Library"), 70).hold(by=ada)
    browser = as_member(ada)
    desk = browser.get(reverse("meetings:desk", args=[pod.ref])).content.decode()
    assert "It has been 10 weeks. Three good dates:" in desk
    first = re.search(r'href="(/lead/\w+/plan/details/\?at=[^"]+)"', desk)[1]
    page = browser.get(first)
    assert "Fix it and tell 2 people" in page.content.decode()
    filled = {name: value for name, value in page.context["form"].initial.items()}
    answer = browser.post(first, filled, follow=True)
    assert "is fixed. 2 people are being told." in answer.content.decode()
    assert Meeting.objects.upcoming().get().place == "Library"
    assert Mailing.objects.filter(kind="meeting", announcement__what="invitation").count() == 2


def test_what_was_ruled_out_is_told_with_its_reason(as_member, leeds, pod, ada):
    term(leeds)
    page = as_member(ada).get(reverse("meetings:plan", args=[pod.ref])).content.decode()
    assert "What was ruled out, and why" in page and "A weekend" in page


def test_one_more_is_counted_from_the_one_that_is_fixed(as_member, leeds, pod, ada):
    term(leeds)
    passed(Meeting.schedule(pod, starts_at=at(28), by=ada, seen=0, place="Library"), 70).hold(by=ada)
    Meeting.schedule(pod, starts_at=at(21), by=ada, seen=0)
    answer = as_member(ada).get(reverse("meetings:plan", args=[pod.ref]))
    assert "counted from it" in answer.content.decode() and "You met last" not in answer.content.decode()
    offered = [each.day for each in answer.context["answer"].suggestions]
    assert offered and min(offered) >= at(21 + 6 * 7).date()


def test_a_date_in_words_and_dates_that_are_none(as_member, pod, ada):
    browser, address = as_member(ada), reverse("meetings:details", args=[pod.ref])
    soon = timezone.localdate() + timedelta(days=40)
    for day, time, told in [
        ("31 feb", "4pm", "There is no 31 February."),
        ("sometime", "4pm", "We cannot read a date in that."),
        ("1/13", "4pm", "There is no month 13"),
        (f"{soon:%-d %B %Y}", "half past", "We cannot read a time in that."),
        (f"{soon:%-d %B %Y}", "25:00", "There is no 25:00."),
        ("28 March 2027", "1.30am", "the clocks go forward"),
        ("1 Jan 2020", "4pm", "That day is over."),
    ]:
        page = browser.post(address, typed(day, time=time)).content.decode()
        assert told.replace("'", "&#x27;") in page, day
    assert not Meeting.objects.exists()
    for link in ("javascript:alert(1)", "not a link", "ftp://example.org"):
        page = browser.post(address, typed(f"{soon:%-d %b}", join_url=link)).content.decode()
        assert "This is no link" in page, link
    assert browser.post(address, typed("x" * 10_000)).status_code == 200
    assert browser.post(address, typed(f"{soon:%-d %b}", place="y" * 10_000)).status_code == 200
    assert browser.post(address, typed(f"{soon:%a %-d %b}")).status_code == 302
    assert timezone.localdate(Meeting.objects.get().starts_at) == soon


def test_two_leaders_who_plan_at_once_get_one_meeting(as_member, pod, ada, ben):
    Appointment.appoint(ben, pod, "lead")
    soon = timezone.localdate() + timedelta(days=40)
    address = reverse("meetings:details", args=[pod.ref])
    as_member(ada).post(address, typed(f"{soon:%-d %b}"))
    page = as_member(ben).post(address, typed(f"{soon + timedelta(days=1):%-d %b}"), follow=True).content.decode()
    assert "was fixed by somebody else meanwhile" in page
    assert Meeting.objects.count() == 1 and Mailing.objects.filter(kind="meeting").count() == 1


def test_i_will_plan_this_one(as_member, leeds, pod, ada, ben):
    term(leeds)
    Appointment.appoint(ben, pod, "lead")
    as_member(ada).post(reverse("meetings:plan", args=[pod.ref]))
    assert (
        "Ada is planning the next meeting."
        in as_member(ben).get(reverse("meetings:desk", args=[pod.ref])).content.decode()
    )


def test_a_poll_from_the_suggestions_to_the_date(as_member, leeds, pod, ada, ben):
    term(leeds)
    browser, address = as_member(ada), reverse("meetings:poll", args=[pod.ref])
    offered = browser.get(address).context["form"].fields["options"].choices
    browser.post(address, {"options": [value for value, _ in offered[:3]], "closes_on": "in 3 days"})
    assert not DatePoll.objects.exists()
    until = timezone.localdate() + timedelta(days=5)
    browser.post(address, {"options": [value for value, _ in offered[:3]], "closes_on": f"{until:%-d %b}"})
    poll = DatePoll.objects.get()
    assert poll.options.count() == 3
    page = browser.get(address).content.decode()
    assert "Not answered yet: Ada, Ben" in page
    browser.post(address, {"option": poll.options.first().pk})
    assert Meeting.objects.get().is_planned


def test_moving_and_calling_off(as_member, meeting, ada):
    browser = as_member(ada)
    soon = timezone.localdate() + timedelta(days=33)
    page = browser.post(
        reverse("meetings:moving", args=[meeting.ref]), {"day": f"{soon:%-d %b}", "time": "5pm", "sequence": 0},
        follow=True,
    )  # fmt: skip
    assert "2 people are being told" in page.content.decode()
    assert "<del" in page.content.decode()
    page = browser.post(reverse("meetings:cancellation", args=[meeting.ref]), {"reason": "Snow"}, follow=True)
    assert "Called off: Snow" in page.content.decode()


def test_the_agenda_keeps_points_and_their_order(as_member, meeting, ada):
    browser, address = as_member(ada), reverse("meetings:agenda", args=[meeting.ref])
    browser.post(address, {"wish": "agenda", "points": "One\nTwo\n\n  Three  \nTwo"})
    browser.post(address, {"wish": "agenda", "points": "Three\nOne"})
    assert [item.title for item in meeting.agenda.all()] == ["Three", "One"]
    papers = reverse("meetings:papers", args=[meeting.ref])
    browser.post(papers, {"title": "Plan", "url": "javascript:alert(1)"})
    assert not meeting.papers.exists()
    browser.post(papers, {"title": "Plan", "url": "example.org/plan"})
    assert meeting.papers.get().url == "https://example.org/plan"


def test_recording_eight_people_two_follow_ups_and_the_report(as_member, meeting, pod, ada, ben):
    people = [factories.member(f"p{number}@example.org", f"P{number}") for number in range(6)]
    for person in people:
        pod.join(person)
    meeting.invitations.invite(meeting)
    for invitation in meeting.invitations.all():
        invitation.answer("yes", source="page")
    passed(meeting)
    browser, address = as_member(ada), reverse("meetings:record", args=[meeting.ref])
    page = browser.get(address)
    assert page.content.decode().count(" checked") == 8
    soon = timezone.localdate() + timedelta(days=20)
    said = {
        "there": [row["member"].pk for row in page.context["rows"] if row["ticked"]],
        "outcomes": "Two schools try it.",
        "seen": 0,
        "others": "2",
        "what-0": "Book the hall",
        "who-0": ben.pk,
        "by-0": f"{soon:%-d %b}",
        "what-1": "Ask the bakery",
    }
    assert "We cannot read a date" in browser.post(address, said | {"by-0": "soonish"}).content.decode()
    assert not FollowUp.objects.exists()
    for _ in range(2):
        answer = browser.post(address, said | {"seen": MinutesRevision.objects.count()}, follow=True)
    assert Attendance.objects.count() == 8 and FollowUp.objects.count() == 2
    draft = answer.context["form"].initial["text"]
    assert "10 people" in draft and "Two schools try it." in draft and "2 follow-ups are under way." in draft
    browser.post(reverse("meetings:report", args=[pod.ref]), {"text": draft})
    assert PodReport.objects.get().text == draft.strip()


def test_nothing_to_report_is_one_press(as_member, pod, ada):
    page = as_member(ada).post(reverse("meetings:report", args=[pod.ref]), {"nothing": "1"}, follow=True)
    assert "nothing to report this time" in page.content.decode() and PodReport.objects.get().is_nothing


def test_of_two_who_write_minutes_the_second_sees_both_texts(as_member, meeting, pod, ada, ben):
    Appointment.appoint(ben, pod, "lead")
    passed(meeting).hold(by=ada)
    address = reverse("meetings:minutes", args=[meeting.ref])
    as_member(ada).post(address, {"text": "We met.", "seen": 0, "wish": "save"})
    page = as_member(ben).post(address, {"text": "We talked.", "seen": 0, "wish": "save"}).content.decode()
    assert "We met." in page and "We talked." in page
    as_member(ben).post(address, {"text": "We met and talked.", "seen": 1, "wish": "save"})
    as_member(ben).post(address, {"seen": 2, "wish": "agree"})
    meeting.refresh_from_db()
    assert meeting.minutes_agreed == 2 and Announcement.objects.filter(what="outcome").count() == 1


def test_a_leader_writes_two_messages_a_week(as_member, pod, ada, ben, mails):
    browser, address = as_member(ada), reverse("meetings:word", args=[pod.ref])
    for words in ("First.", "First.", "Second.", "Third."):
        page = browser.post(address, {"words": words})
    assert "Two messages have gone" in page.content.decode()
    found = mails()
    assert len(found) == 4
    assert {str(mail["Reply-To"]) for mail in found.values()} == {"ada@example.org"}


def test_the_executive_is_not_there_for_its_manager(as_member, leeds, ben, dee, ada):
    board = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board")
    Appointment.appoint(ben, board, "chair")
    meeting = Meeting.schedule(board, starts_at=at(20), by=ben, seen=0)
    for name, ref in [("desk", board.ref), ("plan", board.ref), ("meeting", meeting.ref), ("record", meeting.ref)]:
        address = reverse(f"meetings:{name}", args=[ref])
        assert as_member(dee).get(address).status_code == 404, name
        assert as_member(ada).get(address).status_code == 404, name
        assert as_member(ben).get(address).status_code in {200, 302}, name


def test_no_page_of_a_leader_scolds(as_member, meeting, leeds, pod, ada):
    term(leeds)
    passed(meeting, 200)
    browser = as_member(ada)
    for name, ref in [("desk", pod.ref), ("plan", pod.ref), ("report", pod.ref), ("meeting", meeting.ref)]:
        page = browser.get(reverse(f"meetings:{name}", args=[ref])).content.decode().casefold()
        assert not re.search(r"\b(owed|missed|overdue|failing)\b", page), name
