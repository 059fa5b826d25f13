"""A feed is known by its ETag before it is made: whoever has it costs one query, and no change goes unseen."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings import feed, ics
from meetings.models import Meeting
from partnerships.models import Partnership
from pods.models import Group
from tests.meetings.calendar_lines import read
from tests.meetings.conftest import at
from trust.tokens import FEED, REPLY


@pytest.fixture
def addresses(leeds, pod, ben, meeting) -> dict[str, str]:
    return {
        "of the partnership": reverse("meetings:calendar", args=[leeds.slug]),
        "of the group": reverse("meetings:group_calendar", args=[leeds.slug, pod.slug]),
        "of one member": reverse("meetings:own_calendar", args=[FEED.sign(ben.pk, 1)]),
    }


def test_no_value_changes_the_bytes_without_the_etag(meeting, leeds, pod):
    """Whoever writes it, a verb or a hand in the database: column by column, and the names around it."""
    seen: dict[str, str] = {}

    def is_new() -> bool:
        """Whether the feed changed; what it is known by never stands for other bytes."""
        made, before = feed.Feed(str(leeds), Meeting.objects.all(), inside=True), len(seen)
        assert seen.setdefault(made.made_of, made.text()) == made.text()
        return len(seen) > before

    assert is_new() and not is_new()
    called_off = {"status": "cancelled", "cancelled_at": timezone.now(), "cancel_reason": "Snow"}
    values = {
        "ref": "8", "uid": "8", "organiser": "x@x.org", "title": "8", "starts_at": at(28, 15), "ends_at": at(28, 19),
        "mode": "hybrid", "place": "8", "access": "8", "sequence": 7, "revised_at": timezone.now(),
        "status": called_off,
    }  # fmt: skip
    assert {*values, "group", "partnership"} == {*ics.Shown._fields}
    for column, value in values.items():
        Meeting.objects.filter(pk=meeting.pk).update(**(value if isinstance(value, dict) else {column: value}))
        assert is_new(), column
    Group.objects.filter(pk=pod.pk).update(name="Young Voices")
    assert is_new()
    Partnership.objects.filter(pk=leeds.pk).update(name="Leeds33")
    assert is_new()


def test_whoever_has_it_costs_no_entry(client, addresses, monkeypatch, django_assert_max_num_queries):
    tags = {address: client.get(address)["ETag"] for address in addresses.values()}
    dates = {address: client.get(address).headers.get("Last-Modified") for address in tags}
    monkeypatch.setattr(ics, "feed", lambda *_: pytest.fail("made for nobody"))
    for address, tag in tags.items():
        with django_assert_max_num_queries(3):
            known = client.get(address, headers={"if-none-match": tag})
        assert known.status_code == 304 and known["ETag"] == tag and not known.content and known["Cache-Control"]
        if dates[address]:
            assert client.get(address, headers={"if-modified-since": dates[address]}).status_code == 304


def test_a_private_feed_is_not_known_by_its_date(client, addresses, ada, ben, meeting):
    """The newest change of what is left says nothing of what is gone."""
    first = client.get(addresses["of one member"])
    meeting.group.leave(ben)
    meeting.invitations.get(member=ben).withdraw(by=ada)
    later = client.get(addresses["of one member"], headers={"if-none-match": first["ETag"]})
    assert "Last-Modified" not in first and b"VEVENT" in first.content
    assert later.status_code == 200 and b"VEVENT" not in later.content


def test_kept_ready_it_answers_the_same(settings, addresses, ada, meeting):
    settings.KEEP_PAGES = 0.0001  # a moment that is over when the next one asks
    browser, address = Client(), addresses["of the partnership"]
    first = browser.get(address)
    assert browser.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert browser.get(address).content == first.content
    meeting.cancel(by=ada, reason="Snow")
    assert b"CANCELLED" in browser.get(address, headers={"if-none-match": first["ETag"]}).content


def test_where_a_group_meets_is_told_inside_it(client, as_member, addresses, meeting, ben, cy):
    """The public page of a meeting does not say it, so nothing public does."""
    Meeting.objects.filter(pk=meeting.pk).update(access="Ring at the blue door")
    entry = reverse("meetings:event_ics", args=[meeting.ref])
    public = [client.get(addresses[name]) for name in ("of the partnership", "of the group")]
    public += [client.get(entry), as_member(cy).get(entry), client.get(meeting.get_absolute_url())]
    for answer in public:
        assert b"Example Library" not in answer.content and b"blue door" not in answer.content
    by_link = reverse("meetings:reply_ics", args=[REPLY.sign(meeting.pk, ben.pk)])
    inside = [client.get(addresses["of one member"]), as_member(ben).get(entry), client.get(by_link)]
    for answer in inside:
        event = read(answer.content).only("VEVENT")
        assert event.one("LOCATION").text == "Example Library" and "blue door" in event.one("DESCRIPTION").text
    assert client.get(reverse("meetings:reply_ics", args=[REPLY.sign(meeting.pk, cy.pk)])).status_code == 410


def test_why_a_group_called_it_off_is_told_inside_it(client, as_member, meeting, ada, ben):
    meeting.cancel(by=ada, reason="Ada is ill")
    assert "Called off." in client.get(meeting.get_absolute_url()).content.decode()
    assert "Called off: Ada is ill" in as_member(ben).get(meeting.get_absolute_url()).content.decode()


def test_where_an_event_is_stands_in_every_feed(client, addresses, leeds, dee):
    Meeting.plan_event(leeds, starts_at=at(30), minutes=90, by=dee, title="Gathering", words="Come.", place="Town Hall")
    assert b"LOCATION:Town Hall" in client.get(addresses["of the partnership"]).content


def test_the_window_of_time_changes_the_feed_by_itself(client, addresses, meeting):
    address, tags = addresses["of the partnership"], set()
    for days in (28, -59, -61):
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=at(days), ends_at=at(days, 17, 30))
        tags.add(client.get(address)["ETag"])
    assert len(tags) == 3 and b"VEVENT" not in client.get(address).content
    assert timedelta(days=60) == feed.PAST
