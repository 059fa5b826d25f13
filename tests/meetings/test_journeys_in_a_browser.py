"""The journeys of leaders and members on a phone, counted: every press of a finger is one."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import FollowUp, Invitation, Meeting, PodReport
from partnerships.models import HalfTerm
from tests import factories
from tests.axe import WCAG, faults
from tests.meetings.conftest import at, passed
from trust.tokens import REPLY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Phone:
    """A phone that counts presses, and complains of what axe finds or of what is wider than it."""

    def __init__(self, page) -> None:
        self.page, self.presses = page, 0

    def press(self, place) -> None:
        self.presses += 1
        place.click()
        self.page.wait_for_load_state()

    def follow(self, address: str) -> None:
        """Press a link in a mail."""
        self.presses += 1
        self.page.goto(address)

    def look(self) -> None:
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            assert faults(self.page, WCAG) == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    def words_before(self, place) -> int:
        """How many words stand in the main part above an element."""
        top = place.bounding_box()["y"]
        said = self.page.evaluate(
            """top => [...document.querySelectorAll("#main h1, #main h2, #main p, #main dt, #main dd, #main li")]
                .filter(each => each.getBoundingClientRect().top < top).map(each => each.innerText).join(" ")""",
            top,
        )
        return len(said.split())


@pytest.fixture
def phone(browser, live_server):
    opened = []

    def of(session: str = "") -> Phone:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 375, "height": 760}, reduced_motion="reduce"
        )
        opened.append(context)
        if session:
            context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        return Phone(context.new_page())

    yield of
    for context in opened:
        context.close()


@pytest.fixture
def ready(leeds, pod, ada, ben):
    """A pod that met ten weeks ago, in a place with school on every weekday."""
    term = {"school_year": "now", "name": "Term", "number": 1, "first_on": at(-200).date(), "last_on": at(300).date()}
    HalfTerm.objects.create(place=leeds.places.get(), **term)
    passed(Meeting.schedule(pod, starts_at=at(28), by=ada, seen=0, place="Library"), 70).hold(by=ada)


def test_5_from_the_nudge_to_everybody_told_in_four_presses_and_nothing_typed(ready, phone, as_member, pod, ada):
    hers = phone(as_member(ada).cookies["session"].value)
    hers.page.goto(reverse("meetings:desk", args=[pod.ref]))
    hers.look()
    hers.follow(reverse("meetings:plan", args=[pod.ref]))
    hers.look()
    hers.press(hers.page.locator(".dates a").first)
    hers.look()
    button = hers.page.get_by_role("button", name="Fix it and tell 2 people").first
    assert hers.words_before(button) <= 120
    hers.press(button)
    hers.page.get_by_text("2 people are being told").wait_for()
    assert hers.presses <= 4 and Meeting.objects.upcoming().count() == 1


def test_4_from_the_invitation_to_a_yes_in_two_presses_then_the_papers_in_one(meeting, phone, ben):
    meeting.papers.create(title="The plan", url="https://example.org/plan")
    his = phone()
    his.follow(reverse("meetings:reply", args=[REPLY.sign(meeting.pk, ben.pk)]))
    his.look()
    yes = his.page.get_by_role("button", name="Yes, I come")
    assert his.words_before(yes) <= 50
    his.press(yes)
    his.page.get_by_role("heading", name=re.compile("See you on")).wait_for()
    his.look()
    assert his.presses == 2 and Invitation.objects.get(member=ben).is_yes
    assert his.page.get_by_role("link", name="The plan").is_visible()


def test_6_eight_people_two_follow_ups_and_the_report_in_fourteen_presses(meeting, phone, as_member, pod, ada, ben):
    for number in range(6):
        pod.join(factories.member(f"p{number}@example.org", f"Person {number}"))
    meeting.invitations.invite(meeting)
    for invitation in meeting.invitations.all():
        invitation.answer("yes", source="page")
    passed(meeting)
    hers = phone(as_member(ada).cookies["session"].value)
    hers.follow(reverse("meetings:record", args=[meeting.ref]))
    hers.look()
    page, typed = hers.page, []

    def write(field: str, words: str) -> None:
        typed.extend(words.split())
        hers.press(page.locator(f"#{field}"))
        page.keyboard.type(words)

    write("outcomes", "Two schools try the postcard.")
    soon = timezone.localdate() + timedelta(days=20)
    for number, words in enumerate(["Book the hall", "Ask the bakery"]):
        write(f"what-{number}", words)
        hers.presses += 2  # a list is opened, and a name is pressed
        page.locator(f"#who-{number}").select_option(label="Ben")
        write(f"by-{number}", f"{soon:%-d %b}")
    hers.press(page.get_by_role("button", name="Save"))
    hers.look()
    hers.press(page.get_by_role("button", name="Send to Steering"))
    page.get_by_text("Your report is with Steering").wait_for()
    assert hers.presses <= 14 and len(typed) <= 60
    assert FollowUp.objects.count() == 2 and "8 people" in PodReport.objects.get().text


def test_the_leader_moves_it_and_the_member_is_asked_again(meeting, phone, as_member, ada, ben):
    Invitation.objects.get(member=ben).answer("yes", source="page")
    hers = phone(as_member(ada).cookies["session"].value)
    hers.page.goto(reverse("meetings:moving", args=[meeting.ref]))
    hers.look()
    soon = timezone.localdate() + timedelta(days=35)
    hers.page.get_by_label("Day").fill(f"{soon:%a %-d %b}")
    hers.press(hers.page.get_by_role("button", name="Move it and tell 2 people"))
    hers.page.get_by_text("Moved to").wait_for()
    his = phone()
    his.page.goto(reverse("meetings:reply", args=[REPLY.sign(meeting.pk, ben.pk)]))
    his.page.get_by_text("The date has changed").wait_for()
    his.look()
    his.press(his.page.get_by_role("button", name="Yes, I come"))
    his.page.get_by_role("heading", name=re.compile("See you on")).wait_for()
    assert not Invitation.objects.get(member=ben).wants_confirming
