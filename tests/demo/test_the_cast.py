"""In one press one is Dee, Ada or Ben, as a demonstration allows and nothing else would."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from demo import cast
from members.models import Member
from tests import factories


@pytest.fixture
def everybody(ada, ben, dee, eve, fay):
    """The cast of the tests has the addresses of the cast of the demonstration."""
    return {"ada": ada, "ben": ben, "dee": dee, "eve": eve, "fay": fay}


def sign_in(client: Client, key: str):
    return client.post(reverse("demo:sign_in", args=[key]))


def test_the_page_offers_a_visitor_and_everybody_of_the_cast(client, everybody):
    page = client.get(reverse("demo:cast"))

    assert page.status_code == 200
    words = page.content.decode()
    for key in everybody:
        assert reverse("demo:sign_in", args=[key]) in words
    assert reverse("demo:visitor") in words
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("dee", "/admin/"),
        ("eve", "/admin/"),
        ("fay", "/admin/"),
        ("ada", "/me/pods/leedscep/youth-voice/"),
        ("ben", "/me/"),
    ],
)
def test_each_lands_where_they_would_start(client, everybody, key, start):
    answer = sign_in(client, key)

    assert answer.status_code == 302
    assert answer.headers["Location"] == start
    assert client.session["_auth_user_id"] == str(everybody[key].pk)
    assert client.get(start).status_code == 200


def test_it_counts_as_a_second_factor(client, dee):
    sign_in(client, "dee")

    (record,) = client.session["account_authentication_methods"]
    assert (record["method"], record["type"]) == ("mfa", "demo")
    assert client.get(reverse("admin:index")).status_code == 200


def test_changing_places_leaves_nothing_of_the_one_before(client, everybody):
    sign_in(client, "dee")
    before = client.session.session_key
    sign_in(client, "ben")

    assert client.session["_auth_user_id"] == str(everybody["ben"].pk)
    assert client.session.session_key != before
    assert len(client.session["account_authentication_methods"]) == 1
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_an_authenticator_that_somebody_tried_out_does_not_lock_the_next_one_out(client, dee):
    Authenticator.objects.create(user=dee, type=Authenticator.Type.TOTP, data={"secret": "x"})

    assert sign_in(client, "dee").headers["Location"] == "/admin/"


def test_a_visitor_is_nobody_and_begins_at_the_front(client, dee):
    sign_in(client, "dee")

    answer = client.post(reverse("demo:visitor"))

    assert answer.headers["Location"] == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["/demo/as/dee/", "/demo/visitor/"])
def test_only_a_press_signs_in(client, dee, address):
    assert client.get(address).status_code == 405
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    assert "_auth_user_id" not in client.session


def test_nobody_outside_the_cast_can_be_signed_in(client, cy, everybody):
    factories.member("zed@example.org", "Zed")

    assert sign_in(client, "zed").status_code == 404
    assert sign_in(client, "gwen").status_code == 403  # of the cast, and not in this database
    assert "_auth_user_id" not in client.session


def test_somebody_who_was_forgotten_cannot_be_signed_in(client, ben):
    from django.utils import timezone

    Member.objects.filter(pk=ben.pk).update(erased_at=timezone.now())

    assert sign_in(client, "ben").status_code == 403
    assert "Sign in as Ben" not in client.get(reverse("demo:cast")).content.decode()


def test_every_role_has_a_sentence_and_a_person_of_the_story():
    roles = cast.everybody()

    assert len({role.key for role in roles}) == len(roles) >= 7
    assert all(role.sentence.endswith(".") and role.lands in {"desk", "pod", "me"} for role in roles)
