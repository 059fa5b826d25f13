"""The Chair, or two of the Executive, say who manages the partnership; everybody who holds a key hears of it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from partnerships.models import Stewardship
from pods.models import Appointment
from steering.models import Decision, KeyHolders, KeyTurn, NotTheirs
from steering.panels import needs
from tests import factories
from tests.pods.test_the_managers_screen_of_groups import filled

PAGE = "/partnerships/leedscep/keys/"
NEW = "nia@example.org"


def appoint(client, address=NEW, from_on=None, until_on=""):
    said = {"wish": "appoint", "address": address, "from_on": str(from_on or today()), "until_on": str(until_on)}
    return client.post(PAGE, said)


def manages(address) -> bool:
    return Stewardship.objects.current().filter(member__email=address).exists()


def waiting() -> KeyTurn:
    return KeyTurn.objects.waiting().get()


def test_the_chairs_press_is_enough_and_all_key_holders_are_told(fresh, written, leeds, cho, ivy, max_):
    appoint(fresh(cho))

    assert manages(NEW)
    assert sorted(written()) == [
        ("cho@example.org", "LeedsCEP: a change of who manages it"),
        ("ivy@example.org", "LeedsCEP: a change of who manages it"),
        ("max@example.org", "LeedsCEP: a change of who manages it"),
        (NEW, "LeedsCEP: you manage it"),
    ]


def test_a_chair_whose_days_change_on_the_desk_hears_of_it_with_all_key_holders(
    as_member, mails, dee, cho, ivy, steering
):
    held = Appointment.objects.get(member=cho)
    row = {"id": held.pk, "since": held.since, "until_on": today(), "end_reason": "A new job"}
    desk, address = as_member(dee), reverse("admin:pods_group_change", args=[steering.pk])
    for _ in range(2):
        assert desk.post(address, filled(steering, row)).status_code == 302
        assert sorted(mails()) == [
            ("cho@example.org", "LeedsCEP: your days as its Chair"),
            ("ivy@example.org", "LeedsCEP: a change of its Chair"),
        ]
    assert all("Dee wrote that down." in mail.get_body().get_content() for mail in mails().values())


def test_whoever_becomes_chair_on_the_desk_is_announced_to_all_key_holders(
    as_member, written, leeds, dee, ivy, steering
):
    (nell,) = factories.on_the_list(leeds, 1)
    row = {"member": nell.pk, "role": "chair", "since": str(today())}
    as_member(dee).post(reverse("admin:pods_group_change", args=[steering.pk]), filled(steering, row))
    assert ("ivy@example.org", "LeedsCEP: a change of its Chair") in written()
    assert (nell.mail_to, "LeedsCEP: your days as its Chair") in written()


def test_a_button_pressed_twice_tells_nobody_twice(fresh, written, leeds, cho, ivy, max_):
    client = fresh(cho)
    appoint(client), appoint(client)
    assert len(written()) == 4 and KeyTurn.objects.count() == 1

    held = Stewardship.objects.get(member__email=NEW)
    for _ in range(2):
        KeyTurn.ask(leeds, KeyTurn.Act.END, by=cho, stewardship=held)
    appoint(client)
    assert manages(NEW) and KeyTurn.objects.count() == 3 and len(written()) == 3 * 4


def test_the_mail_to_the_new_manager_says_how_to_come_in(fresh, mails, leeds, cho):
    appoint(fresh(cho))
    text = mails()[(NEW, "LeedsCEP: you manage it")].get_body(("plain",)).get_content()
    assert "/partnerships/leedscep/handover/" in text and "Sign in with this address" in text
    assert "Cho Oakapple said so." in text


def test_one_of_the_executive_waits_for_another(fresh, written, leeds, cho, ivy, max_):
    appoint(fresh(ivy))
    assert not manages(NEW) and written() == []
    appoint(fresh(ivy))
    fresh(ivy).post(PAGE, {"wish": "confirm", "of": waiting().pk})
    assert not manages(NEW)

    fresh(max_).post(PAGE, {"wish": "confirm", "of": waiting().pk})
    assert manages(NEW)
    turn = KeyTurn.objects.get()
    assert (turn.asked_by, turn.confirmed_by, turn.address) == (ivy, max_, "")


def test_asked_by_two_for_the_same_it_is_done(fresh, leeds, ivy, max_):
    appoint(fresh(ivy))
    appoint(fresh(max_))
    assert manages(NEW) and KeyTurn.objects.count() == 1


def test_confirmed_twice_it_is_done_once(fresh, written, leeds, ivy, max_, cho):
    appoint(fresh(ivy))
    turn = waiting()
    for who in (max_, cho, max_):
        fresh(who).post(PAGE, {"wish": "confirm", "of": turn.pk})
    assert Stewardship.objects.filter(member__email=NEW).count() == 1
    assert [to for to, _ in written()].count(NEW) == 1


def test_the_database_refuses_two_presses_of_one_person(leeds, ivy):
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyTurn.objects.create(partnership=leeds, act="appoint", asked_by=ivy, confirmed_by=ivy)


def test_taken_back_or_a_week_old_it_is_not_done(fresh, leeds, ivy, max_):
    appoint(fresh(ivy))
    turn = waiting()
    fresh(max_).post(PAGE, {"wish": "withdraw", "of": turn.pk})
    fresh(max_).post(PAGE, {"wish": "confirm", "of": turn.pk})
    assert not manages(NEW)

    appoint(fresh(ivy))
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert not KeyTurn.objects.waiting().exists()
        assert KeyTurn.objects.latest("pk").confirm(by=max_) is False


def test_whoever_left_the_executive_meanwhile_has_not_pressed(leeds, ivy, max_):
    turn = KeyTurn.ask(leeds, "appoint", by=ivy, address=NEW)
    ivy.appointments.get().step_down(on=today() - timedelta(days=1), reason="A new job")
    with pytest.raises(NotTheirs, match="holds no key any more"):
        turn.confirm(by=max_)


def test_nobody_gives_the_keys_to_themselves(fresh, leeds, cho, ivy):
    appoint(fresh(cho), address="Cho@Example.org")
    assert not manages("cho@example.org")
    fresh(cho).post(PAGE, {"wish": "confirm", "of": waiting().pk})
    assert not manages("cho@example.org")
    fresh(ivy).post(PAGE, {"wish": "confirm", "of": waiting().pk})
    assert manages("cho@example.org")


def test_a_stand_in_manages_between_two_days(fresh, leeds, dee, cho):
    appoint(fresh(cho), from_on=today() + timedelta(days=5), until_on=today() + timedelta(days=9))
    for days, does in ((4, False), (5, True), (9, True), (10, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert manages(NEW) is does, days
    assert manages("dee@example.org")


def test_a_stand_in_may_become_the_manager(leeds, cho):
    KeyTurn.ask(leeds, "appoint", by=cho, address=NEW, from_on=today(), until_on=today() + timedelta(days=3))
    KeyTurn.ask(leeds, "appoint", by=cho, address=NEW, from_on=today(), until_on=None)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert manages(NEW)


def test_ended_the_desk_closes_at_once_and_she_is_told(fresh, as_member, written, leeds, dee, cho, steering, meeting):
    desk, slug = as_member(dee), leeds.slug
    of_slug = "handover plan_board plan_editing plan_import evidence youth_voice_writing executive"
    tabs = [reverse(f"steering:{name}", args=[slug]) for name in of_slug.split()]
    tabs += [reverse(f"steering:{name}", args=[steering.ref]) for name in ("table", "appointing", "seats")]
    tabs += [reverse(f"steering:{name}", args=[meeting.ref]) for name in ("pack", "questions", "sending")]
    assert desk.get("/admin/").status_code == desk.get(tabs[0]).status_code == 200
    fresh(cho).post(PAGE, {"wish": "end", "of": dee.stewardships.get().pk})

    assert desk.get("/admin/").status_code in {302, 403}
    assert {desk.post(tab, {"wish": "ask", "question": "Mine?"}).status_code for tab in tabs} <= {403, 404}
    assert not Decision.objects.exists()
    assert ("dee@example.org", "LeedsCEP: you manage it no longer") in written()


def test_locked_out_she_comes_in_with_a_code_and_sets_up_anew(fresh, as_member, written, leeds, dee, cho):
    Authenticator.objects.create(user=dee, type=Authenticator.Type.TOTP, data={"secret": "x"})
    session = as_member(dee)
    fresh(cho).post(PAGE, {"wish": "let-in", "of": dee.stewardships.get().pk})

    assert not Authenticator.objects.filter(user=dee).exists()
    assert "login" in session.get("/me/").url
    assert manages("dee@example.org")
    assert ("dee@example.org", "LeedsCEP: you can sign in again") in written()


def test_a_session_left_open_is_not_enough(as_member, leeds, cho):
    """Ten minutes after one has shown who one is, one shows it again."""
    answer = as_member(cho).get(PAGE)
    assert answer.status_code == 302 and "code" in answer.url
    appoint(as_member(cho))
    assert not KeyTurn.objects.exists()


@pytest.mark.parametrize("who", ["dee", "sol", "eve", "fay", "ben"])
def test_for_everybody_else_there_are_no_keys(request, fresh, leeds, cho, who):
    """Not for the manager either: nobody below them says who comes after."""
    client = fresh(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 404
    assert appoint(client).status_code == 404
    assert not KeyTurn.objects.exists()


def test_another_partnerships_manager_cannot_be_ended_from_here(fresh, leeds, eve, cho):
    theirs = eve.stewardships.get()
    assert fresh(cho).post(PAGE, {"wish": "end", "of": theirs.pk}).status_code == 404
    assert manages("eve@example.org")


def test_a_key_of_one_partnership_opens_no_other(fresh, elsewhere, cho):
    assert fresh(cho).get("/partnerships/northvale/keys/").status_code == 404


def test_an_observer_of_the_executive_and_a_substitute_hold_no_key(leeds, executive, ivy):
    guest = factories.member("guest@example.org")
    Appointment.appoint(guest, executive, Appointment.Role.OBSERVER)
    assert KeyHolders(leeds).everybody == {ivy}


def test_fewer_than_two_keys_stand_on_the_desk(rf, leeds, dee, cho, executive):
    request = rf.get("/admin/")
    request.user = dee
    assert any("Only one person holds a key" in need.sentence for need in needs(request))

    Appointment.appoint(factories.member("ivy@example.org"), executive, Appointment.Role.MEMBER)
    assert not any("key" in need.sentence for need in needs(request))


def test_with_nobody_managing_the_keys_still_turn(fresh, leeds, cho):
    fresh(cho).post(PAGE, {"wish": "end", "of": Stewardship.objects.get(member__email="dee@example.org").pk})
    assert "Nobody manages LeedsCEP" in fresh(cho).get(PAGE).content.decode()
    appoint(fresh(cho))
    assert manages(NEW)
