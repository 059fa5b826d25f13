"""The public page, the members' view and the desk: who sees a group, and what of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lcep.site import partnership_rooms, today
from pods.models import Appointment
from pods.people import people_in
from tests import factories


def address(name, pod):
    return reverse(f"pods:{name}", args=[pod.partnership.slug, pod.slug])


@pytest.fixture
def priority(leeds):
    return leeds.priorities.create(title="Children's Voice", short_name="Youth Voice", text="Being heard.", position=2)


@pytest.fixture
def executive(leeds):
    return factories.GroupFactory(
        partnership=leeds, kind="executive", joining="appointed", name="Executive Group", slug="executive-group"
    )


@pytest.fixture
def task_group(leeds, pod):
    return factories.GroupFactory(
        partnership=leeds, kind="task-and-finish", name="Toolkit", slug="toolkit", parent=pod, finish_by="2100-01-01"
    )


def test_the_list_says_what_each_pod_is_for_and_how_often_it_meets(dee, leeds, pod, priority):
    pod.purpose, pod.priority = "Listens.", priority
    pod.save()

    page = Client().get(reverse("pods:pods", args=["leedscep"])).content.decode()
    for words in ("Youth Voice", "Listens.", "every 8 to 12 weeks", "Open to all members", "hue-2"):
        assert words in page


def test_the_page_of_a_pod_tells_strangers_how_to_join(dee, pod, priority):
    pod.priority = priority
    pod.save()

    page = Client().get(address("pod", pod)).content.decode()
    assert address("membership", pod) in page
    assert "Being heard." in page
    assert "Others in it see your name and organisation" in page


def test_leaders_are_named_only_when_they_agreed(dee, ada, ben, pod):
    assert "Ada" not in Client().get(address("pod", pod)).content.decode()

    ada.appointments.update(is_public=True, line="Drama teacher")
    for page in (Client().get(address("pod", pod)), Client().get(reverse("pods:pods", args=["leedscep"]))):
        assert "Ada" in page.content.decode()
        assert "Ben" not in page.content.decode()
    assert "Drama teacher" in Client().get(address("pod", pod)).content.decode()


def test_a_leader_who_stepped_down_is_named_no_more(dee, ada, pod):
    ada.appointments.update(is_public=True)
    ada.appointments.get().step_down(on=today() - timedelta(days=1), reason="New job")

    assert "Ada" not in Client().get(address("pod", pod)).content.decode()


def test_public_pages_set_no_cookie_and_vary_by_none(dee, ada, pod, task_group):
    for path in (address("pod", pod), reverse("pods:pods", args=["leedscep"])):
        answer = Client().get(path)
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_public_pages_are_the_same_for_everybody(as_member, dee, ada, pod):
    for path in (address("pod", pod), reverse("pods:pods", args=["leedscep"])):
        assert as_member(ada).get(path).content == Client().get(path).content


def test_lists_need_no_query_per_pod(dee, leeds, django_assert_max_num_queries):
    for n in range(8):
        group = factories.GroupFactory(partnership=leeds)
        leader = factories.member(f"lead{n}@example.org", f"Lead {n}")
        Appointment.appoint(leader, group, "lead", is_public=True)

    with django_assert_max_num_queries(6):
        Client().get(reverse("pods:pods", args=["leedscep"]))
    with django_assert_max_num_queries(8):  # two of them for its dates, to come and past
        Client().get(address("pod", group))


def test_at_a_listed_partnership_pods_are_facts_with_their_source(leeds, pod):
    pod.source, pod.last_confirmed_on = "https://example.org/pods", today()
    pod.save()

    page = Client().get(address("pod", pod)).content.decode()
    assert "https://example.org/pods" in page
    assert "Last confirmed" in page
    assert address("membership", pod) not in page
    assert "keeps no list" in Client().get(reverse("pods:pods", args=["leedscep"])).content.decode()


def test_a_listed_partnership_of_which_no_group_is_known_has_no_such_page(listed):
    assert Client().get(reverse("pods:pods", args=["hackney"])).status_code == 404


def test_at_home_without_pods_the_page_says_what_will_come(dee):
    page = Client().get(reverse("pods:pods", args=["leedscep"]))
    assert "will appear here" in page.content.decode()


def test_a_hidden_partnership_shows_no_groups(dee, leeds, pod):
    leeds.status = "hidden"
    leeds.save()

    for path in (address("pod", pod), address("membership", pod), reverse("pods:pods", args=["leedscep"])):
        assert Client().get(path).status_code == 404


def test_a_former_slug_leads_to_the_present_page(dee, leeds, pod):
    leeds.names.create(name="Leeds33", slug="leeds33", source="A test")

    for path in ("/partnerships/{}/pods/", "/partnerships/{}/pods/youth-voice/"):
        answer = Client().get(path.format("leeds33"))
        assert (answer.status_code, answer.headers["Location"]) == (301, path.format("leedscep"))


def test_public_pages_may_be_kept_and_asked_again(dee, pod):
    answer = Client().get(address("pod", pod))

    assert "public" in answer.headers["Cache-Control"]
    assert Client().get(address("pod", pod), HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("name", ["pod", "membership"])
def test_a_pod_is_found_only_under_its_own_partnership(dee, elsewhere, pod, name):
    assert Client().get(reverse(f"pods:{name}", args=["northvale", pod.slug])).status_code == 404
    assert Client().get(reverse(f"pods:{name}", args=["nowhere", pod.slug])).status_code == 404


def test_the_steering_group_shows_who_agreed_to_be_named_chair_first(dee, ada, ben, leeds):
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed")
    Appointment.appoint(ada, steering, "member", is_public=True, line="Primary schools")
    Appointment.appoint(ben, steering, "chair", is_public=True)
    Appointment.appoint(dee, steering, "note-taker")

    page = Client().get(address("pod", steering)).content.decode()
    assert page.index("Ben: Independent Chair") < page.index("Ada: Primary schools")
    assert "Dee" not in page


def test_an_executive_has_no_public_page(as_member, dee, ada, executive):
    Appointment.appoint(ada, executive, "member")

    for client in (Client(), as_member(ada), as_member(dee)):
        assert client.get(address("pod", executive)).status_code == 404
        assert client.get(address("membership", executive)).status_code == 404
    assert "Executive" not in Client().get(reverse("pods:pods", args=["leedscep"])).content.decode()


def test_the_manager_never_sees_inside_the_executive_and_its_members_do(as_member, dee, fay, ada, ben, executive):
    Appointment.appoint(ada, executive, "member")

    assert as_member(ada).get(address("inside", executive)).status_code == 200
    for member in (dee, fay, ben):
        assert as_member(member).get(address("inside", executive)).status_code == 404


def test_a_finished_task_group_shows_what_came_of_it(dee, pod, task_group):
    task_group.until_on, task_group.outcome = today() - timedelta(days=40), "A toolkit for 60 schools."
    task_group.save()

    assert "A toolkit for 60 schools." in Client().get(address("pod", task_group)).content.decode()
    assert "Finished" in Client().get(reverse("pods:pods", args=["leedscep"])).content.decode()
    assert "Toolkit" in Client().get(address("pod", pod)).content.decode()


def test_a_group_that_is_asked_has_a_door_to_ask_at(dee, task_group):
    task_group.joining = "ask"
    task_group.save()

    page = Client().get(address("pod", task_group)).content.decode()
    assert reverse("meetings:asking", args=["leedscep", task_group.slug]) in page
    assert address("membership", task_group) not in page


def test_those_inside_see_names_organisations_and_roles_and_no_address(as_member, dee, ada, ben, pod):
    ben.organisation = factories.OrganisationFactory(name="Example Museum", partnership=pod.partnership)
    ben.save()

    page = as_member(ada).get(address("inside", pod))
    words = page.content.decode()
    for shown in ("2 people in it", "Ada", "Lead", "Ben", "Example Museum"):
        assert shown in words
    assert words.index("Ada</th>") < words.index("Ben</th>")
    assert "ben@example.org" not in words
    assert "private" in page.headers["Cache-Control"]


@pytest.mark.parametrize("who", ["cy", "eve", "fay"])
def test_outsiders_do_not_see_inside(as_member, dee, pod, who, request):
    assert as_member(request.getfixturevalue(who)).get(address("inside", pod)).status_code == 404


def test_a_stranger_is_asked_to_sign_in_before_seeing_inside(dee, pod):
    assert Client().get(address("inside", pod)).headers["Location"].startswith(reverse("account_login"))


def test_the_manager_sees_inside_until_her_last_day(as_member, dee, ben, pod):
    assert "Ben" in as_member(dee).get(address("inside", pod)).content.decode()

    client = as_member(dee)
    dee.stewardships.get().end()
    assert client.get(address("inside", pod)).status_code == 404


def test_who_left_sees_inside_no_more(as_member, dee, ben, pod):
    pod.leave(ben)

    assert as_member(ben).get(address("inside", pod)).status_code == 404


def test_the_forgotten_are_not_among_the_people(dee, ben, pod):
    ben.erased_at = "2026-01-01T00:00Z"
    ben.save()

    assert people_in(pod) == []


def test_people_stand_chair_first_then_leads_then_by_name(leeds, pod):
    for name, role in [("Zoe", None), ("Yan", "chair"), ("Xia", "lead"), ("anna", None), ("", None)]:
        member = factories.member(f"{name or 'nobody'}@example.org", name)
        if role:
            Appointment.appoint(member, pod, role)
        else:
            pod.join(member)

    assert [person.name for person in people_in(pod)] == ["Yan", "Xia", "anna", "Zoe", "Somebody who gave no name"]


def test_hostile_names_come_out_harmless(as_member, dee, ada, pod):
    ada.name = '<script>alert("1")</script>{{ settings.SECRET_KEY }}'
    ada.save()
    ada.appointments.update(is_public=True)

    for page in (Client().get(address("pod", pod)), as_member(ada).get(address("inside", pod))):
        assert "<script>alert" not in page.content.decode()
        assert "{{ settings.SECRET_KEY }}" in page.content.decode()


def test_a_partnership_at_home_has_its_room(leeds):
    rooms = [room for part in partnership_rooms for room in part(leeds)]
    assert ("Priority Pods", "/partnerships/leedscep/pods/") in rooms


@pytest.mark.parametrize("pod_slug", ["x" * 400, "..", "%00", "a b"])
def test_odd_addresses_are_not_found(dee, pod_slug):
    assert Client().get(f"/partnerships/leedscep/pods/{pod_slug}/").status_code == 404
