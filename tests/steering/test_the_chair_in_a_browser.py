"""Chromium: the Chair prepares a meeting, the pack prints on A4, she closes it afterwards; axe looks on."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from meetings.models import Meeting
from steering.evidence import figures
from steering.models import Decision, EvidenceBook, Pack, YouthVoice
from tests.axe import WCAG, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SPILLS = """() => [...document.querySelectorAll("main *")].filter(each => each.checkVisibility()
    && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(each => each.outerHTML)"""


@pytest.fixture
def desk(browser, live_server, as_member, cho):
    """Cho's browser."""
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    session = as_member(cho).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def look(page) -> None:
    """Axe finds nothing, light or dark; every picture has its table; nothing is wider than a phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert faults(page, WCAG) == []
    assert page.locator("main .board svg").count() <= page.locator("main table").count()
    page.set_viewport_size({"width": 375, "height": 720})
    assert not page.evaluate(WIDER)
    page.set_viewport_size({"width": 1280, "height": 900})


def prints_on_a4(page) -> int:
    """The page as PDF: A4, and nothing cut off at its side. Return how many pages."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # 210 mm less the margins, at 96 dots
    assert page.evaluate(SPILLS) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="screen")
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "14mm"))
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


def test_the_chair_prepares_and_closes_a_meeting(desk, cho, meeting, action, pod, ada):
    desk.goto("/me/")
    desk.get_by_role("link", name="The pack for").click()
    desk.get_by_role("link", name="Prepare the questions").click()
    for question in ("Do we move the office?", "Do we pay for travel?"):
        desk.get_by_label("What is to be decided?").fill(question)
        desk.get_by_role("button", name="Put it on the pack").click()
    desk.get_by_role("button", name="Up: Do we pay for travel?").click()
    look(desk)
    desk.get_by_role("link", name="Pack", exact=True).click()
    asked = desk.locator(".questions h3").all_inner_texts()
    assert asked == ["Do we pay for travel?", "Do we move the office?"]
    look(desk)
    assert 1 <= prints_on_a4(desk) <= 4
    desk.get_by_role("link", name="Send it now").click()
    desk.get_by_role("button", name="Send it to 3 people").click()
    assert "The pack is on its way to 3 people." in desk.locator("main").inner_text()

    begun = timezone.now() - timedelta(hours=2)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    desk.goto("/me/")
    desk.get_by_role("link", name="Write down what was decided").click()
    look(desk)
    first = desk.get_by_role("group", name="Do we pay for travel?")
    first.get_by_label("Agreed", exact=True).check()
    first.get_by_label("What was decided").fill("Yes, up to £200.")
    first.get_by_label("What this means for members").fill("You can claim travel.")
    desk.get_by_role("group", name="Do we move the office?").get_by_label("Put off", exact=True).check()
    desk.get_by_role("button", name="Close it").click()
    desk.get_by_role("link", name="Offer it as a story").click()
    desk.get_by_role("button", name="Offer it").click()
    look(desk)

    pack = Pack.objects.get()
    assert pack.is_closed and pack.story.is_waiting and Decision.objects.open().get().put_off == 1
    desk.goto(reverse("steering:decisions", args=["leedscep"]))
    assert "You can claim travel." in desk.locator("main").inner_text()
    look(desk)


def test_plan_and_evidence_are_read_and_printed(desk, cho, leeds, action, meeting):
    action.tell("help", "We look for a room.", by=cho)
    YouthVoice.objects.create(
        partnership=leeds, heard_on=today(), organisation="A club", ages="12-14", headcount=8, said="Less talk.",
        answer_by=today(),
    )  # fmt: skip
    first = today() - timedelta(days=365)
    book = EvidenceBook.objects.create(
        partnership=leeds, title="A year", first_on=first, last_on=today(), figures=figures(leeds, first, today())
    )
    for address in (
        "plan",
        "youth_voice",
        "plan_board",
        "evidence",
        "funder_lines",
        "youth_voice_writing",
        "plan_import",
    ):
        desk.goto(reverse(f"steering:{address}", args=[leeds.slug]))
        look(desk)
    desk.goto(reverse("steering:plan_board", args=[leeds.slug]))
    assert prints_on_a4(desk) <= 2
    desk.goto(action.get_absolute_url())
    look(desk)
    desk.goto(book.get_absolute_url())
    look(desk)
    assert prints_on_a4(desk) <= 4
