"""An event: planned, looked at, sent to those who chose it; places and the waiting list; coming once."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from meetings.models import Invitation, Meeting
from tests import factories
from tests.meetings.calendar_lines import read
from tests.meetings.conftest import at, passed
from trust.tokens import REPLY


def event(leeds, dee, **details) -> Meeting:
    said = {"title": "Autumn gathering", "words": "Come and meet.", "place": "Town Hall"} | details
    return Meeting.plan_event(leeds, starts_at=at(28), minutes=120, by=dee, **said)


def test_from_the_desk_to_the_invitation_with_undo(as_member, leeds, ben, dee, mails):
    quiet = factories.member("quiet@example.org", "Quiet")
    factories.membership(quiet, leeds, purposes=["newsletter"])
    browser = as_member(dee)
    day = timezone.localdate() + timedelta(days=30)
    said = {"title": "Autumn gathering", "words": "Come and meet.", "day": f"{day:%-d %b}", "time": "4pm",
            "minutes": 120, "mode": "in person", "capacity": ""}  # fmt: skip
    page = browser.post(reverse("meetings:new_event", args=[leeds.slug]), said, follow=True)
    text = page.content.decode()
    assert "Send to 2 people" in text and "1: did not choose this" in text and "no venue yet" in text
    address = page.request["PATH_INFO"]
    for _ in range(2):
        browser.post(address)
    assert Mailing.objects.filter(kind="event").count() == 1
    browser.post(address, {"undo": "1"})
    assert Mailing.objects.get(kind="event").state == "stopped"
    browser.post(address)
    Mailing.objects.filter(kind="event").update(send_at=timezone.now())
    found = mails()
    assert sorted(to for to, _ in found) == ["ben@example.org", "dee@example.org"]
    mail = next(iter(found.values()))
    assert mail["List-Unsubscribe-Post"] and not [p for p in mail.walk() if p.get_content_type() == "text/calendar"]


def test_the_entry_comes_after_a_yes_and_a_row_is_made_then(client, leeds, ben, dee, cy):
    gathering = event(leeds, dee)
    assert not Invitation.objects.exists()
    address = reverse("meetings:reply", args=[REPLY.sign(gathering.pk, ben.pk)])
    assert client.get(address).status_code == 200 and not Invitation.objects.exists()
    page = client.post(address, {"reply": "yes"}, follow=True).content.decode()
    entry = f"{address}event.ics"
    assert entry in page and Invitation.objects.get().member == ben
    assert read(client.get(entry).content).one("METHOD").value == "PUBLISH"
    assert client.get(reverse("meetings:reply", args=[REPLY.sign(gathering.pk, cy.pk)])).status_code == 410


def test_a_freed_place_is_told_to_whoever_waited_longest(client, leeds, ada, ben, dee, mails):
    gathering = event(leeds, dee, capacity=1)
    of_ben, of_ada = (reverse("meetings:reply", args=[REPLY.sign(gathering.pk, who.pk)]) for who in (ben, ada))
    client.post(of_ben, {"reply": "yes"})
    assert "You are on the waiting list" in client.post(of_ada, {"reply": "yes"}, follow=True).content.decode()
    client.post(of_ben, {"reply": "no"})
    found = mails()
    assert [to for to, _ in found] == ["ada@example.org"] and "a place is free" in next(iter(found))[1]
    client.post(of_ada, {"reply": "yes"})
    assert Invitation.objects.get(member=ada).has_place


def test_a_member_comes_to_one_pod_meeting_without_joining(as_member, meeting, pod, leeds, cy):
    dot = factories.member("dot@example.org", "Dot")
    factories.membership(dot, leeds)
    browser = as_member(dot)
    assert "Come to this one" in browser.get(meeting.get_absolute_url()).content.decode()
    for _ in range(2):
        browser.post(reverse("meetings:guest", args=[meeting.ref]))
    assert Invitation.objects.get(member=dot).is_yes and not pod.has_member(dot)
    as_member(cy).post(reverse("meetings:guest", args=[meeting.ref]))
    assert not Invitation.objects.filter(member=cy).exists()


def test_nobody_else_plans_an_event(as_member, leeds, ada, eve):
    for who in (ada, eve):
        assert as_member(who).get(reverse("meetings:new_event", args=[leeds.slug])).status_code == 403


def test_calling_an_event_off_tells_those_who_meant_to_come(client, leeds, ada, ben, dee, mails):
    gathering = event(leeds, dee)
    client.post(reverse("meetings:reply", args=[REPLY.sign(gathering.pk, ben.pk)]), {"reply": "maybe"})
    client.post(reverse("meetings:reply", args=[REPLY.sign(gathering.pk, ada.pk)]), {"reply": "no"})
    gathering.cancel(by=dee, reason="Too few of us")
    assert [to for to, _ in mails()] == ["ben@example.org"]


def test_who_comes_to_an_event_is_a_number_for_everybody_but_its_manager(as_member, leeds, ada, ben, dee):
    gathering = event(leeds, dee, capacity=1)
    for who in (ada, ben):
        Invitation.objects.create(meeting=gathering, member=who).answer("yes", source="page")
    page = as_member(ben).get(gathering.get_absolute_url()).content.decode()
    assert "Ada" not in page and "Waiting list" not in page and "Coming" in page
    page = as_member(dee).get(gathering.get_absolute_url()).content.decode()
    assert "1: Ada" in page and "Waiting list" in page
    passed(gathering).hold(by=dee)
    gathering.attendances.create(member=ada, how="in person")
    assert "Ada" not in as_member(ben).get(gathering.get_absolute_url()).content.decode()
