"""The network page names who agreed to be named and nobody else, with the groups they work in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lcep.site import today
from members.models import Membership
from partnerships.models import Organisation
from pods.models import Appointment
from tests import factories

NETWORK = "/partnerships/leedscep/network/"


def agree(member, partnership):
    Membership.objects.filter(member=member, partnership=partnership).update(shown_since=timezone.now())


@pytest.fixture
def read(client):
    def read():
        answer = client.get(NETWORK)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_who_did_not_agree_is_not_shown(read, leeds, ada, ben, dee):
    Organisation.objects.create(partnership=leeds, name="Silent Museum")
    agree(ben, leeds)
    text = read()
    assert "Ben" in text and "Ada" not in text and "Dee" not in text and "Silent Museum" not in text
    assert "0 organisations and 1 person agreed" in text


def test_people_stand_with_their_organisation_and_their_groups(read, leeds, pod, ben, dee):
    ben.organisation = Organisation.objects.create(partnership=leeds, name="Hill School", agreed_on=today())
    ben.save()
    agree(ben, leeds)
    text = read()
    assert text.count("Hill School") == 2 and text.count(">Youth Voice</a>") == 2
    assert "1 organisation and 1 person agreed" in text


def test_no_address_of_anybody_is_shown(read, leeds, ada, ben, dee):
    for person in (ada, ben, dee):
        agree(person, leeds)
    assert "@example.org" not in read().replace("hello@leedscep.example.org", "")


def test_who_left_was_erased_or_has_no_name_is_gone(read, leeds, ada, ben, dee):
    cat = factories.member("cat@example.org")
    factories.membership(cat, leeds)
    for person in (ada, ben, dee, cat):
        agree(person, leeds)
    Membership.objects.filter(member=ada).update(left_at=timezone.now())
    ben.erased_at = timezone.now()
    ben.save()
    text = read()
    assert "Dee" in text and "Ada" not in text and "Ben" not in text
    assert "0 organisations and 1 person agreed" in text


def test_the_executive_is_never_named_and_a_seat_only_where_it_is_public(read, leeds, ben, dee):
    executive = factories.GroupFactory(
        partnership=leeds, kind="executive", joining="appointed", name="The Executive", slug="ex"
    )
    steering = factories.GroupFactory(
        partnership=leeds, kind="steering", joining="appointed", name="Steering Group", slug="st"
    )
    for group in (executive, steering):
        Appointment.appoint(ben, group, Appointment.Role.MEMBER)
    agree(ben, leeds)
    assert "The Executive" not in read() and 'Works in <a href="/partnerships/leedscep/pods/st/' not in read()
    Appointment.objects.filter(group=steering).update(is_public=True)
    Appointment.objects.filter(group=executive).update(is_public=True)
    assert "Steering Group" in read() and "The Executive" not in read()


def test_groups_of_another_partnership_stay_there(read, leeds, elsewhere, pod, ben, dee):
    theirs = factories.GroupFactory(partnership=elsewhere, name="Northvale pod")
    theirs.join(ben)
    agree(ben, leeds)
    Membership.objects.create(member=ben, partnership=elsewhere)
    assert "Northvale pod" not in read() and "Youth Voice" in read()


def test_a_group_one_left_and_one_that_finished_are_not_shown(read, leeds, pod, ben, dee):
    agree(ben, leeds)
    pod.until_on = today() - timedelta(days=1)
    pod.save()
    assert "Works in" not in read()


def test_with_nobody_it_says_what_will_appear_and_offers_one_thing(read, dee):
    text = read()
    assert "Nobody is shown who did not say yes" in text and "/partnerships/leedscep/get-involved/" in text


def test_only_a_partnership_at_home_has_one(client, leeds, listed, dee):
    assert client.get("/partnerships/hackney/network/").status_code == 404
    leeds.status = "hidden"
    leeds.save()
    assert client.get(NETWORK).status_code == 404


def test_it_is_one_of_the_rooms(client, dee):
    assert f'href="{NETWORK}"' in client.get("/partnerships/leedscep/").content.decode()


def test_more_people_cost_no_more_queries(client, leeds, pod, ben, dee):
    agree(ben, leeds)
    before = queries(client)
    for number in range(12):
        person = factories.member(f"p{number}@example.org", f"Person {number}")
        factories.membership(person, leeds)
        person.organisation = Organisation.objects.create(partnership=leeds, name=f"O {number}", agreed_on=today())
        person.save()
        pod.join(person)
        agree(person, leeds)
    assert queries(client) == before <= 12


def queries(client):
    with CaptureQueriesContext(connection) as found:
        client.get(NETWORK)
    return len(found)
