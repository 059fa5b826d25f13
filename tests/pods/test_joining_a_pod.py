"""Joining and leaving a pod: one press, after being told who sees what."""

import pytest
from django.test import Client
from django.urls import reverse

from pods.models import Appointment, Group, GroupMembership
from tests import factories


def address(name, pod):
    return reverse(f"pods:{name}", args=[pod.partnership.slug, pod.slug])


@pytest.fixture
def gus(leeds):
    """On the list, in no pod."""
    gus = factories.member("gus@example.org", "Gus")
    factories.membership(gus, leeds)
    return gus


def test_a_member_joins_in_one_press_and_sees_who_else_is_in_it(as_member, dee, gus, ben, pod):
    answer = as_member(gus).post(address("membership", pod), {"wish": "join"}, follow=True)

    assert answer.redirect_chain == [(address("inside", pod), 302)]
    assert "You are in Youth Voice." in answer.content.decode()
    assert "Ben" in answer.content.decode()
    assert pod.has_member(gus)


def test_joining_twice_leaves_one_row(as_member, dee, gus, pod):
    for _ in range(2):
        as_member(gus).post(address("membership", pod), {"wish": "join"})

    assert gus.group_memberships.count() == 1


def test_what_others_see_is_said_before_the_press(as_member, dee, gus, pod):
    gus.organisation = factories.OrganisationFactory(name="Example School", partnership=pod.partnership)
    gus.save()

    page = as_member(gus).get(address("membership", pod)).content.decode()
    assert "Others in it will see" in page
    assert "Gus, Example School" in page
    assert not gus.group_memberships.exists()


def test_without_a_name_one_is_told_and_may_join_all_the_same(as_member, dee, leeds, pod):
    nameless = factories.member("nameless@example.org")
    factories.membership(nameless, leeds)

    assert "You have not given a name yet" in as_member(nameless).get(address("membership", pod)).content.decode()
    inside = as_member(nameless).post(address("membership", pod), {"wish": "join"}, follow=True).content.decode()
    assert "Somebody who gave no name" in inside
    assert "nameless@" not in inside


def test_leaving_takes_one_press_and_twice_is_once(as_member, dee, ben, pod):
    for _ in range(2):
        answer = as_member(ben).post(address("membership", pod), {"wish": "leave"}, follow=True)

    assert "You have left Youth Voice" in answer.content.decode()
    assert not pod.has_member(ben)
    assert ben.group_memberships.get().left_on is not None


def test_who_left_may_come_back(as_member, dee, ben, pod):
    for wish in ("leave", "join"):
        as_member(ben).post(address("membership", pod), {"wish": wish})

    assert pod.has_member(ben)
    assert ben.group_memberships.count() == 2


def test_a_leader_who_leaves_leads_no_longer_at_once(as_member, dee, ada, pod):
    assert "Leaving ends that too" in as_member(ada).get(address("membership", pod)).content.decode()
    as_member(ada).post(address("membership", pod), {"wish": "leave"})

    assert not pod.is_led_by(ada)
    assert ada.appointments.get().end_reason == "Left the group"


def test_a_stranger_is_led_to_sign_in_and_back_or_to_join_the_list(dee, pod):
    page = Client().get(address("membership", pod))

    assert page.status_code == 200
    assert f"{reverse('account_login')}?next={address('membership', pod)}" in page.content.decode()
    assert reverse("members:join", args=["leedscep"]) in page.content.decode()


def test_a_strangers_press_changes_nothing(dee, pod):
    answer = Client().post(address("membership", pod), {"wish": "join"})

    assert "Sign in" in answer.content.decode()
    assert not GroupMembership.objects.exists()


def test_who_is_on_another_list_hears_how_and_cannot_press(as_member, dee, cy, pod):
    page = as_member(cy).get(address("membership", pod))
    assert page.status_code == 200
    assert reverse("members:join", args=["leedscep"]) in page.content.decode()
    assert reverse("account_login") not in page.content.decode()

    assert as_member(cy).post(address("membership", pod), {"wish": "join"}).status_code == 403
    assert not pod.has_member(cy)


def test_who_left_the_list_joins_no_pod_but_may_leave_one(as_member, dee, ben, gus, pod):
    for member in (ben, gus):
        member.memberships.get().leave(how="choices")

    assert as_member(gus).post(address("membership", pod), {"wish": "join"}).status_code == 403
    assert as_member(ben).post(address("membership", pod), {"wish": "leave"}).status_code == 302
    assert not pod.has_member(ben)


def test_a_manager_without_her_second_factor_is_sent_to_set_it_up(as_member, dee, pod):
    client = as_member(dee, second_factor=False)
    for answer in (
        client.get(address("membership", pod)),
        client.post(address("membership", pod)),
        client.get(address("inside", pod)),
    ):
        assert answer.headers["Location"] == reverse("members:second_factor")
    assert not pod.has_member(dee)


@pytest.mark.parametrize("wish", ["join", "leave", "", "rubbish"])
def test_at_a_listed_partnership_there_is_nothing_to_join(as_member, gus, pod, wish):
    assert as_member(gus).get(address("membership", pod)).status_code == 404
    assert as_member(gus).post(address("membership", pod), {"wish": wish}).status_code == 404


@pytest.mark.parametrize(
    "details",
    [
        {"kind": "steering", "joining": "appointed"},
        {"kind": "executive", "joining": "appointed"},
        {"joining": "ask"},
        {"until_on": "2020-01-01"},
        {"from_on": "2100-01-01"},
    ],
)
def test_groups_that_are_not_open_today_have_no_press(as_member, dee, gus, leeds, details):
    group = factories.GroupFactory(partnership=leeds, **details)

    assert as_member(gus).get(address("membership", group)).status_code == 404
    assert as_member(gus).post(address("membership", group), {"wish": "join"}).status_code == 404


def test_a_task_and_finish_group_may_be_open_too(as_member, dee, gus, leeds, pod):
    group = factories.GroupFactory(partnership=leeds, kind="task-and-finish", parent=pod, finish_by="2100-01-01")

    as_member(gus).post(address("membership", group), {"wish": "join"})
    assert group.has_member(gus)


def test_another_method_is_refused(as_member, dee, gus, pod):
    assert as_member(gus).put(address("membership", pod)).status_code == 405
    assert as_member(gus).post(address("inside", pod)).status_code in {404, 405}


def test_a_forged_press_without_its_token_is_refused(dee, gus, pod):
    client = Client(enforce_csrf_checks=True)
    client.force_login(gus)

    assert client.post(address("membership", pod), {"wish": "join"}).status_code == 403
    assert not pod.has_member(gus)


def test_after_joining_the_list_one_is_asked_which_pods(as_member, dee, gus, leeds, pod):
    choosing = reverse("pods:choosing", args=["leedscep"])
    work = reverse("members:welcome", args=["leedscep", "work"])
    assert choosing in as_member(gus).get(work).content.decode()

    page = as_member(gus).get(choosing).content.decode()
    assert "Youth Voice" in page
    assert page.index("Others in a pod see") < page.index("Save")
    assert as_member(gus).post(choosing, {"pods": [pod.slug]}).headers["Location"] == reverse("members:me")
    assert pod.has_member(gus)


def test_ticks_say_what_one_is_in_and_taking_one_away_leaves(as_member, dee, ben, leeds, pod):
    other = factories.GroupFactory(partnership=leeds)
    choosing = reverse("pods:choosing", args=["leedscep"])
    assert as_member(ben).get(choosing).content.decode().count(" checked") == 1

    as_member(ben).post(choosing, {"pods": [other.slug]})
    assert not pod.has_member(ben)
    assert other.has_member(ben)

    as_member(ben).post(choosing, {"pods": [other.slug]})
    assert ben.group_memberships.count() == 2


def test_pods_of_others_cannot_be_ticked(as_member, dee, eve, gus, leeds, elsewhere):
    theirs = factories.GroupFactory(partnership=elsewhere)
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed")
    factories.GroupFactory(partnership=leeds)
    for forged in (theirs.slug, steering.slug, "0", "x" * 9000, "\x00", 10**30):
        answer = as_member(gus).post(reverse("pods:choosing", args=["leedscep"]), {"pods": [forged]})
        assert answer.status_code == 200
        assert "Error:" in answer.content.decode()
    assert not gus.group_memberships.exists()


def test_only_members_of_a_list_kept_here_choose(as_member, dee, cy, gus, leeds):
    choosing = reverse("pods:choosing", args=["leedscep"])

    assert as_member(cy).get(choosing).status_code == 404
    assert Client().get(choosing).headers["Location"].startswith(reverse("account_login"))
    leeds.stewardships.get().end()
    assert as_member(gus).get(choosing).status_code == 404


def test_no_question_is_asked_where_there_is_no_pod(as_member, dee, gus):
    Group.objects.all().delete()

    work = reverse("members:welcome", args=["leedscep", "work"])
    assert reverse("pods:choosing", args=["leedscep"]) not in as_member(gus).get(work).content.decode()


def test_my_pods_stand_on_my_pages_with_their_press(as_member, dee, ben, pod):
    page = as_member(ben).get(reverse("members:me")).content.decode()

    assert address("inside", pod) in page
    assert f'action="{address("membership", pod)}"' in page
    assert 'name="csrfmiddlewaretoken"' in page
    assert reverse("pods:choosing", args=["leedscep"]) in page


def test_the_press_on_my_pages_carries_its_token(ben, dee, pod):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben)
    page = client.get(reverse("members:me"))
    token = page.context["panels"][0]["context"]["csrf_token"]

    client.post(address("membership", pod), {"wish": "leave", "csrfmiddlewaretoken": str(token)})
    assert not pod.has_member(ben)


def test_nobody_on_no_list_sees_a_panel(as_member, db):
    lone = factories.member("lone@example.org")

    assert "My pods" not in as_member(lone).get(reverse("members:me")).content.decode()


def test_an_appointment_without_a_membership_is_mine_too(as_member, dee, gus, leeds):
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed", name="Steering Group")
    Appointment.appoint(gus, steering, "member")

    page = as_member(gus).get(reverse("members:me")).content.decode()
    assert address("inside", steering) in page
    assert address("membership", steering) not in page
