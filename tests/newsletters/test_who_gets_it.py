"""The audience: everybody on the list, and for each who gets nothing a reason in plain words."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from lcep.site import today
from members.models import Consent, Member, Membership, Suppression
from newsletters import audience
from newsletters.sorting import counted
from tests import factories


@pytest.fixture
def everybody(leeds):
    """One person for each way of getting it or not."""
    people = {name: factories.member(f"{name}@example.org", name.title()) for name in
              ("gets", "left", "chose-not", "paused", "suppressed", "blocked", "back-soon", "forgotten")}  # fmt: skip
    rows = {
        name: factories.membership(member, leeds, ["events"] if name == "chose-not" else ["newsletter"])
        for name, member in people.items()
    }
    rows["left"].leave(how=Consent.How.CHOICES)
    rows["paused"].pause(today() + timedelta(days=10))
    rows["back-soon"].pause(today())
    Suppression.add(people["suppressed"].key, Suppression.Reason.BOUNCED, leeds)
    Suppression.add(people["blocked"].key, Suppression.Reason.NOT_ME)
    type(people["forgotten"]).objects.filter(pk=people["forgotten"].pk).update(erased_at=timezone.now())
    return people


def test_each_person_has_the_reason_one_would_give(draft, everybody, dee):
    found = {member.name: member.excluded for member in audience.readers(draft)}
    until = today() + timedelta(days=10)

    assert found == {
        "Dee": "",
        "Gets": "",
        "Back-Soon": "",
        "Left": "left the list",
        "Chose-Not": "did not choose the newsletter",
        "Paused": f"on pause until {until:%-d %B %Y}",
        "Suppressed": "the address does not work",
        "Blocked": "said it was not them, and asked us never to write again",
    }


def test_the_screen_says_number_names_and_reasons(as_member, dee, draft, everybody, screen):
    page = as_member(dee).get(screen("who", draft)).content.decode()
    assert "<strong>3 people</strong>" in page
    assert "Gets" in page
    assert "5 will not get it" in page
    assert "left the list" in page
    assert "Suppressed" in page


def test_who_left_and_came_back_gets_it_once(draft, leeds, everybody):
    factories.membership(everybody["left"], leeds, ["newsletter"])
    assert list(audience.readers(draft).filter(name="Left").values_list("excluded", flat=True)) == [""]


def test_who_left_long_ago_is_not_considered(draft, everybody):
    Membership.objects.filter(member=everybody["left"]).update(
        joined_at=timezone.now() - timedelta(days=900), left_at=timezone.now() - timedelta(days=400)
    )
    assert not audience.readers(draft).filter(name="Left").exists()


def test_a_list_of_another_partnership_is_out_of_sight(draft, cy):
    assert not audience.readers(draft).filter(pk=cy.pk).exists()


def test_the_names_shown_are_five_at_most(as_member, dee, draft, leeds, screen):
    factories.on_the_list(leeds, 12)
    page = as_member(dee).get(screen("who", draft))
    assert len(page.context["some"]) == 5
    assert "and others" in page.content.decode()


def test_nobody_is_said_kindly(as_member, eve, elsewhere, screen):
    from newsletters.models import Newsletter
    from newsletters.words import Words

    Membership.objects.get(member=eve).choose([], how=Consent.How.CHOICES)
    draft = Newsletter.begin(elsewhere, Words.typed(number=1, half_term=None, subject="News"), by=eve)
    assert "Nobody gets it yet" in as_member(eve).get(screen("who", draft)).content.decode()


def test_the_reasons_cost_the_same_however_long_the_list(draft, leeds, django_assert_max_num_queries):
    factories.on_the_list(leeds, 30, ["events"])
    with django_assert_max_num_queries(4):
        assert counted(audience.readers(draft)) == {"did not choose the newsletter": 30, "": 1}


def test_once_it_has_begun_the_screen_says_what_was_settled_then(
    as_member, dee, tested, readers, screen, prepare, leeds
):
    Membership.objects.get(member=readers[0]).leave(how=Consent.How.CHOICES)
    prepare(tested.send(version=tested.version, by=dee))
    factories.membership(readers[0], leeds, ["newsletter"])
    Membership.objects.get(member=readers[1]).leave(how=Consent.How.CHOICES)

    page = as_member(dee).get(screen("who", tested)).content.decode()

    assert "It was written to <strong>3 people</strong>" in page
    assert "1 did not get it" in page
    assert "Person 0" in page
    assert "<li>Person 1</li>" not in page


def test_a_long_list_is_read_once(draft, leeds):
    """With a look at the whole list for each member this took a hundred times as long."""
    people = Member.objects.bulk_create(
        Member(email=f"p{n}@many.example.org", mail_to=f"p{n}@many.example.org", key=n.to_bytes(32, "big"))
        for n in range(5_000)
    )
    chosen = timezone.now() - timedelta(days=1)
    Membership.objects.bulk_create(
        Membership(member=member, partnership=leeds, newsletter_since=chosen) for member in people
    )
    began = time.process_time()
    assert audience.receiving(draft).count() == 5_001
    assert counted(audience.readers(draft)) == {"": 5_001}
    assert time.process_time() - began < 2


def test_where_very_many_are_left_out_the_first_of_each_reason_are_read(draft, leeds, monkeypatch):
    monkeypatch.setattr("newsletters.sorting.FEW", 20)
    monkeypatch.setattr("newsletters.sorting.SHOWN", 10)
    factories.on_the_list(leeds, 30, ["events"])
    (left,) = audience.now(draft).left_out
    assert (left.count, left.more, left.in_words) == (30, 20, "30 people")
    assert [person.name for person in left.people] == sorted(person.name for person in left.people)
