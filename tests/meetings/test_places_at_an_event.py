"""A place given back is offered for a time, in the order of the list, to whom it suits; then it goes on."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from meetings import daily
from meetings.models import Invitation, Meeting, SectorPlaces
from meetings.models.places import offer_ends, settle
from tests import factories
from tests.meetings.conftest import at
from trust.tokens import REPLY

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def event(leeds, dee) -> Meeting:
    """Two places, four weeks ahead."""
    return Meeting.plan_event(
        leeds, starts_at=at(28), minutes=120, by=dee, title="Gathering", words="Come.", place="Hall", capacity=2
    )


@pytest.fixture
def people(leeds, event):
    """Five on the list, each with a row that answers for them; the first two have the places."""
    found = []
    for number in range(5):
        member = factories.member(f"p{number}@example.org", f"P{number}")
        factories.membership(member, leeds)
        found.append(Invitation.objects.create(meeting=event, member=member))
        found[-1].answer("yes", source="page")
    return found


def standing(people) -> list[str]:
    words = []
    for row in people:
        row.refresh_from_db()
        state = "place" if row.has_place else "offered" if row.is_offered else "waits" if row.is_waiting else row.reply
        words.append(state)
    return words


def told(event) -> list[str]:
    rows = event.announcements.order_by("pk").values_list("what", "only__name")
    return [f"{what} {name}" for what, name in rows]


def over(row) -> None:
    """Let the offer to somebody be over by now."""
    Invitation.objects.filter(pk=row.pk).update(offered_until=timezone.now() - timedelta(minutes=1))


def test_a_place_given_back_is_held_for_whoever_waited_longest(event, people):
    assert standing(people) == ["place", "place", "waits", "waits", "waits"]
    people[0].answer("no", source="page")
    assert standing(people) == ["no", "place", "offered", "waits", "waits"]
    assert told(event) == ["offer P2"]
    people[2].answer("yes", source="page")
    assert standing(people) == ["no", "place", "place", "waits", "waits"]


def test_nobody_takes_a_place_that_is_held(event, people, leeds):
    people[0].answer("no", source="page")
    late = factories.member("late@example.org", "Late")
    factories.membership(late, leeds)
    row = Invitation.objects.create(meeting=event, member=late)
    row.answer("yes", source="page")
    assert standing([*people, row]) == ["no", "place", "offered", "waits", "waits", "waits"]


def test_an_offer_that_is_not_taken_goes_to_the_next_and_both_are_told_once(event, people):
    people[0].answer("no", source="page")
    daily.end_offers()
    assert standing(people)[2] == "offered"
    over(people[2])
    for _ in range(2):
        daily.end_offers()
    assert standing(people) == ["no", "place", "maybe", "offered", "waits"]
    assert told(event) == ["offer P2", "lapsed P2", "offer P3"]


def test_let_go_it_goes_on_at_once(event, people):
    people[0].answer("no", source="page")
    people[2].answer("no", source="page")
    assert standing(people) == ["no", "place", "no", "offered", "waits"]


def test_whose_offer_is_over_waits_at_the_end_after_one_press(event, people):
    people[0].answer("no", source="page")
    over(people[2])
    people[2].answer("yes", source="page")
    assert standing(people) == ["no", "place", "waits", "offered", "waits"]
    assert [row.member.name for row in event.invitations.waiting().filter(offered_until=None)] == ["P4", "P2"]


def test_the_page_says_until_when_and_one_press_takes_it(client, event, people):
    people[0].answer("no", source="page")
    people[2].refresh_from_db()
    address = reverse("meetings:reply", args=[REPLY.sign(event.pk, people[2].member.pk)])
    page = client.get(address).content.decode()
    ends = timezone.localtime(people[2].offered_until)
    assert f"held for you until {ends:%A} {ends.day} {ends:%B}" in page and "Yes, I take it" in page
    assert standing(people)[2] == "offered"
    client.post(address, {"reply": "yes"})
    assert standing(people)[2] == "place"


def test_the_mail_says_until_when(event, people, mails):
    people[0].answer("no", source="page")
    ((to, _), mail), *more = mails().items()
    assert to == "p2@example.org" and not more
    assert "It is held for you until" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        ((1, 15, 0), (20, 16), (2, 15, 0)),  # a day
        ((1, 22, 30), (20, 16), (3, 10, 0)),  # not in the night: the morning after
        ((1, 3, 0), (20, 16), (2, 10, 0)),
        ((1, 12, 0), (2, 16), (1, 16, 0)),  # near: four hours
        ((1, 19, 0), (3, 9), (2, 10, 0)),
        ((1, 8, 0), (1, 16), None),  # the same day: it is given at once
    ],
)
def test_how_long_an_offer_holds(event, now, starts, until):
    day, hour, minute = now
    with time_machine.travel(datetime(2027, 3, day, hour, minute, tzinfo=LONDON), tick=False):
        event.starts_at = datetime(2027, 3, *starts, tzinfo=LONDON)
        expected = datetime(2027, 3, *until, tzinfo=LONDON) if until else None
        assert offer_ends(event) == expected


def test_places_by_sector_keep_a_balance(event, leeds, dee):
    settle(event, capacity=4, limits={"school": 1}, by=dee)
    rows = []
    for number, sector in enumerate(["school", "school", "library", "", "library"]):
        member = factories.member(f"s{number}@example.org", f"S{number}")
        member.sector = sector
        member.save()
        factories.membership(member, leeds)
        rows.append(Invitation.objects.create(meeting=event, member=member))
        rows[-1].answer("yes", source="page")
    assert standing(rows) == ["place", "waits", "place", "place", "place"]
    rows[2].answer("no", source="page")  # a place, but none for a second school
    assert standing(rows) == ["place", "waits", "no", "place", "place"]
    rows[0].answer("no", source="page")
    assert standing(rows) == ["no", "offered", "no", "place", "place"]


def test_more_places_are_offered_to_those_who_wait_and_fewer_take_none_away(as_member, event, people, dee):
    browser, address = as_member(dee), reverse("meetings:places", args=[event.ref])
    assert browser.get(address).status_code == 200
    browser.post(address, {"capacity": "3"})
    assert standing(people) == ["place", "place", "offered", "waits", "waits"]
    browser.post(address, {"capacity": "1", "school": "0"})
    assert standing(people)[:2] == ["place", "place"] and SectorPlaces.objects.get().places == 0
    browser.post(address, {"capacity": "1", "school": ""})
    assert not SectorPlaces.objects.exists()
    assert "There is a problem" in browser.post(address, {"capacity": "0"}).content.decode()
    assert "There is a problem" in browser.post(address, {"capacity": "many"}).content.decode()


def test_an_event_called_off_offers_nothing_more(event, people, dee):
    people[0].answer("no", source="page")
    event.cancel(by=dee, reason="Snow")
    over(people[2])
    daily.end_offers()
    assert told(event) == ["offer P2", "cancelled None"]


@pytest.mark.parametrize(("asked", "label"), [("", None), ("access", "What you need"), ("food", "what you eat")])
def test_needs_are_asked_only_where_somebody_acts_on_them(client, event, people, asked, label):
    Meeting.objects.filter(pk=event.pk).update(needs_asked=asked)
    address = reverse("meetings:reply", args=[REPLY.sign(event.pk, people[0].member.pk)])
    page = client.get(address).content.decode()
    assert (label in page) if label else ('name="needs"' not in page)
    client.post(address, {"reply": "yes", "needs": "No nuts", "note": "Late"})
    people[0].refresh_from_db()
    assert (people[0].needs, people[0].note) == ("No nuts" if asked else "", "Late")


def test_retain_forgets_needs_thirty_days_after(event, people, django_capture_on_commit_callbacks):
    from io import StringIO

    from django.core.management import call_command

    Invitation.objects.filter(pk=people[0].pk).update(needs="No nuts", note="Late")
    said = StringIO()
    call_command("retain", stdout=said)
    assert "needs" not in said.getvalue()
    Meeting.objects.filter(pk=event.pk).update(starts_at=at(-32), ends_at=at(-32, 18))
    call_command("retain", stdout=said)
    assert "Deleted 1 needs and notes of meetings 30 days ago." in said.getvalue()
    people[0].refresh_from_db()
    assert (people[0].needs, people[0].note) == ("", "")
