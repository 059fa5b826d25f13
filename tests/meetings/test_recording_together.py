"""Two people record one meeting at once, each in a browser of their own, and neither loses a word or a tick."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from meetings.models import Attendance, FollowUp, Meeting, MinutesRevision
from pods.models import Appointment
from tests import factories
from tests.meetings.conftest import at, passed


@pytest.fixture
def met(meeting, pod, ada, ben) -> Meeting:
    """It was yesterday; four people said yes, and Ben leads beside Ada."""
    Appointment.appoint(ben, pod, "lead")
    for name in ("Cleo", "Dan"):
        pod.join(factories.member(f"{name.lower()}@example.org", name))
    meeting.invitations.invite(meeting)
    for invitation in meeting.invitations.all():
        invitation.answer("yes", source="page")
    return passed(meeting)


def opened(browser, meeting) -> dict:
    """What the page's form would send as it stands."""
    page = browser.get(reverse("meetings:record", args=[meeting.ref])).content.decode()
    was = re.findall(r'name="was" value="(\d+)"', page)
    there = re.findall(r'name="there" value="(\d+)" checked', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    others = re.search(r'name="others-was" value="(\d*)"', page)[1]
    words = re.search(r'<textarea id="outcomes"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]
    return {"was": was, "there": there, "seen": seen, "others-was": others, "others": others, "outcomes": words}


def send(browser, meeting, form, **changes):
    return browser.post(reverse("meetings:record", args=[meeting.ref]), form | changes, follow=True)


def came() -> set[str]:
    return set(Attendance.objects.values_list("member__name", flat=True))


def without(form, member) -> list[str]:
    return [each for each in form["there"] if each != str(member.pk)]


def test_each_changes_only_what_they_changed(as_member, met, ada, ben):
    hers, his = as_member(ada), as_member(ben)
    of_ada, of_ben = opened(hers, met), opened(his, met)
    cleo, dan = (met.invitations.get(member__name=name).member for name in ("Cleo", "Dan"))
    send(hers, met, of_ada, there=without(of_ada, cleo), others="3")
    send(his, met, of_ben, there=without(of_ben, dan))
    assert came() == {"Ada", "Ben"}
    met.refresh_from_db()
    assert met.others == 3


def test_a_tick_set_by_one_is_not_taken_away_by_the_other(as_member, met, ada, ben):
    hers, his = as_member(ada), as_member(ben)
    form = opened(hers, met)
    send(hers, met, form, there=[str(ada.pk)])
    of_ada, of_ben = opened(hers, met), opened(his, met)
    send(hers, met, of_ada, there=[*of_ada["there"], str(ben.pk)])
    send(his, met, of_ben)
    assert came() == {"Ada", "Ben"}


def test_words_of_both_stand_before_the_second_and_nothing_typed_is_lost(as_member, met, ada, ben):
    hers, his = as_member(ada), as_member(ben)
    of_ada, of_ben = opened(hers, met), opened(his, met)
    send(hers, met, of_ada, outcomes="Ada's words. " + "Long. " * 200)
    soon = f"{timezone.localdate() + timedelta(days=20):%-d %b}"
    typed = {"what-0": "Book the hall", "who-0": str(ben.pk), "by-0": soon, "others": "2"}
    page = send(his, met, of_ben, outcomes="Ben's words.", **typed).content.decode()
    assert "Ada saved other words meanwhile" in page and page.count("Long.") == 200
    assert "Ben&#x27;s words." in page and 'value="Book the hall"' in page and f'value="{soon}"' in page
    assert not FollowUp.objects.exists()
    again = opened_from(page)
    send(his, met, again, outcomes="Ada's words. Ben's words.", **typed)
    assert MinutesRevision.latest(met).text == "Ada's words. Ben's words."
    assert MinutesRevision.objects.count() == 2 and FollowUp.objects.get().owner == ben


def opened_from(page: str) -> dict:
    return {
        "was": re.findall(r'name="was" value="(\d+)"', page),
        "there": re.findall(r'name="there" value="(\d+)" checked', page),
        "seen": re.search(r'name="seen" value="(\d+)"', page)[1],
        "others-was": re.search(r'name="others-was" value="(\d*)"', page)[1],
    }


def test_a_date_nobody_can_read_costs_nobody_their_words(as_member, met, ada):
    browser = as_member(ada)
    form = opened(browser, met)
    page = send(browser, met, form, **{"outcomes": "Agreed.", "what-0": "Book it", "by-0": "someday"}).content.decode()
    assert "We cannot read a date" in page and 'value="Book it"' in page and "Agreed." in page
    assert not met.attendances.exists()


@pytest.mark.parametrize("others", ["-1", "many", "99999", "²", "1e3"])
def test_a_number_that_is_none_is_refused_in_words(as_member, met, ada, others):
    browser = as_member(ada)
    page = send(browser, met, opened(browser, met), others=others).content.decode()
    assert "give a number, like 2" in page and not Attendance.objects.exists()


def test_what_is_sent_by_hand_harms_nothing(as_member, met, ada, cy):
    browser = as_member(ada)
    answer = send(browser, met, {"there": [str(cy.pk), "²", "9" * 40, "x"], "was": ["x"], "seen": "x", "others": ""})
    assert answer.status_code == 200 and not Attendance.objects.filter(member=cy).exists()
    assert send(browser, met, {"outcomes": "Words", "seen": "one"}).status_code == 200


def test_agreed_minutes_stand_on_the_public_page_once_somebody_says_so(as_member, client, met, pod, ada, ben):
    met.hold(by=ada)
    MinutesRevision.write(met, "Three schools try the postcard.", seen=0, by=ada)
    browser, address = as_member(ada), reverse("meetings:minutes", args=[met.ref])
    public = [met.get_absolute_url(), pod.get_absolute_url()]
    browser.post(address, {"wish": "publish", "seen": 1})
    assert "Three schools" not in client.get(public[0]).content.decode()
    browser.post(address, {"wish": "agree", "seen": 1})
    assert "Three schools" not in client.get(public[0]).content.decode()
    for _ in range(2):
        browser.post(address, {"wish": "publish", "seen": 1})
    assert "Three schools" in client.get(public[0]).content.decode()
    assert "What was agreed" in client.get(public[1]).content.decode()
    browser.post(address, {"wish": "withdraw", "seen": 1})
    assert "Three schools" not in client.get(public[0]).content.decode()


def test_minutes_of_the_executive_are_never_public(as_member, leeds, ben):
    board = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board")
    Appointment.appoint(ben, board, "chair")
    meeting = passed(Meeting.schedule(board, starts_at=at(20), by=ben, seen=0))
    meeting.hold(by=ben)
    MinutesRevision.write(meeting, "Pay.", seen=0, by=ben)
    MinutesRevision.agree(meeting, number=1, by=ben)
    page = as_member(ben).post(reverse("meetings:minutes", args=[meeting.ref]), {"wish": "publish"}, follow=True)
    assert "for its members alone" in page.content.decode()
    meeting.refresh_from_db()
    assert meeting.minutes_public_at is None


def test_every_draft_stays_readable(as_member, met, ada):
    met.hold(by=ada)
    for number, words in enumerate(["First draft.", "Second draft."]):
        MinutesRevision.write(met, words, seen=number, by=ada)
    page = as_member(ada).get(reverse("meetings:minutes", args=[met.ref])).content.decode()
    assert "How they came about" in page and "First draft." in page and "Revision 1: Ada" in page


def test_the_sheet_to_print_names_everybody_invited_and_leaves_lines(as_member, met, ada):
    page = as_member(ada).get(reverse("meetings:sheet", args=[met.ref])).content.decode()
    assert all(name in page for name in ("Ada", "Ben", "Cleo", "Dan")) and page.count("<tr>") == 13
    assert "@example.org" not in page


def test_it_is_recorded_from_its_own_day_on_as_london_counts_days(as_member, meeting, ada):
    evening = datetime(timezone.localdate().year + 1, 7, 9, 20, tzinfo=UTC)
    begun, ended = evening + timedelta(hours=3, minutes=15), evening + timedelta(hours=5)  # 00:15 on the 10th there
    Meeting.objects.update(starts_at=begun, ends_at=ended)
    page = reverse("meetings:record", args=[meeting.ref])
    with time_machine.travel(evening):
        assert as_member(ada).get(page).status_code == 302
    with time_machine.travel(ended):
        assert as_member(ada).get(page).status_code == 200
