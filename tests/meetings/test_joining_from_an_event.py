"""Somebody who is not a member yet comes from an event, joins the list, and is led back to the event."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Invitation, Meeting
from members import emails
from members.models import JoinRequest, Member
from tests import factories
from tests.meetings.conftest import at
from trust.tokens import CONFIRM, FORM_OPENED


@pytest.fixture
def event(leeds, dee) -> Meeting:
    return Meeting.plan_event(leeds, starts_at=at(28), minutes=120, by=dee, title="Gathering", words="Come.")


@pytest.fixture
def code(monkeypatch):
    caught, write = [], emails.join_code
    monkeypatch.setattr(emails, "join_code", lambda asked, code: caught.append(code) or write(asked, code))
    return lambda: caught[-1]


def sent(address: str) -> dict:
    return {"email": address, "opened": FORM_OPENED.sign(int(timezone.now().timestamp()) - 60)}


def links(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page)]


def join_link(client, event) -> str:
    page = client.get(event.get_absolute_url()).content.decode()
    return next(link for link in links(page) if "/join/" in link)


def test_from_the_event_through_joining_back_to_it_and_a_place(client, event, leeds, code):
    join = join_link(client, event)
    assert client.post(join, sent("new@example.org")).status_code == 302
    answer = client.post(reverse("members:code", args=[leeds.slug]), {"code": code()})
    assert "onward" not in {name for name, morsel in client.cookies.items() if morsel.value}
    name = client.get(answer["Location"])
    skip = next(link for link in links(name.content.decode()) if "/work/" in link)
    work = client.get(skip)
    assert event.get_absolute_url() in links(work.content.decode())
    assert client.post(skip, {"sector": "school", "phase": ""})["Location"] == event.get_absolute_url()
    assert "Come to this one" in client.get(event.get_absolute_url()).content.decode()
    client.post(reverse("meetings:guest", args=[event.ref]))
    assert Invitation.objects.get(meeting=event).member == Member.objects.get(email="new@example.org")


def test_the_mailed_button_leads_back_in_the_same_browser(client, event, code):
    client.post(join_link(client, event), sent("new@example.org"))
    asked = JoinRequest.objects.get()
    answer = client.post(reverse("members:confirm", args=[CONFIRM.sign(asked.pk)]))
    assert f"next=%2Fmeetings%2F{event.ref}%2F" in answer["Location"]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", "/\\x"]
)
def test_nobody_is_led_to_another_site(client, leeds, dee, code, elsewhere):
    client.post(f"{reverse('members:join', args=[leeds.slug])}?next={elsewhere}", sent("new@example.org"))
    client.cookies["onward"] = elsewhere
    answer = client.post(reverse("members:code", args=[leeds.slug]), {"code": code()})
    page = client.get(f"{answer['Location'].partition('?')[0]}?next={elsewhere}").content.decode()
    assert "next=" not in answer["Location"] and "evil" not in page and "javascript:" not in page


def test_a_member_of_another_partnership_is_told_the_way(as_member, event, cy):
    page = as_member(cy).get(event.get_absolute_url()).content.decode()
    assert "you are not on it yet" in page and "Come to this one" not in page


def test_a_meeting_for_the_appointed_asks_nobody_to_join(client, leeds, ben):
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed", slug="steering")
    meeting = Meeting.schedule(steering, starts_at=at(20), by=ben, seen=0)
    assert "/join/" not in client.get(meeting.get_absolute_url()).content.decode()
