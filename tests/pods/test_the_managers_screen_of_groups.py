"""The desk's screen of groups: the manager's own, appointments with their terms, never the Executive."""

from datetime import date

import pytest
from django.urls import reverse

from lcep.site import today
from partnerships.models import Priority
from pods.models import Appointment, Group
from tests import factories
from trust.models import Entry

LIST = "admin:pods_group_changelist"
CHANGE = "admin:pods_group_change"


@pytest.fixture
def executive(leeds):
    return factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", name="Executive Group")


def filled(group, *appointments, **changes):
    """What the browser sends for a group with these appointments."""
    data = {
        "name": group.name,
        "slug": group.slug,
        "purpose": group.purpose,
        "joining": group.joining,
        "gap_min": group.gap_min,
        "gap_max": group.gap_max,
        "usual_mode": group.usual_mode,
        "appointments-TOTAL_FORMS": len(appointments),
        "appointments-INITIAL_FORMS": sum("id" in each for each in appointments),
    }
    for n, appointment in enumerate(appointments):
        fields = {"group": group.pk, "since": "2026-09-01"} | appointment
        data |= {f"appointments-{n}-{name}": value for name, value in fields.items()}
    return data | changes


def test_the_list_shows_her_groups_with_size_and_leaders(as_member, dee, ada, ben, pod, elsewhere):
    factories.GroupFactory(partnership=elsewhere, name="Theirs")

    page = as_member(dee).get(reverse(LIST)).content.decode()
    assert "Youth Voice" in page
    assert "Ada" in page
    assert reverse("pods:inside", args=["leedscep", "youth-voice"]) in page
    assert "Theirs" not in page


def test_finished_groups_are_a_press_away(as_member, dee, leeds):
    factories.GroupFactory(partnership=leeds, name="Long gone", until_on=date(2020, 1, 1))

    assert "Long gone" not in as_member(dee).get(reverse(LIST)).content.decode()
    assert "Long gone" in as_member(dee).get(reverse(LIST), {"work": "finished"}).content.decode()


@pytest.mark.parametrize("who", ["dee", "fay"])
def test_the_executive_is_on_no_screen(as_member, dee, executive, who, request):
    client = as_member(request.getfixturevalue(who))

    assert "Executive Group" not in client.get(reverse(LIST), {"work": "all"}).content.decode()
    assert client.get(reverse(CHANGE, args=[executive.pk])).status_code in {302, 404}
    add = client.get(reverse("admin:pods_group_add")).content.decode()
    assert 'value="steering"' in add
    assert 'value="executive"' not in add


def test_no_executive_is_made_by_a_forged_form(as_member, dee, leeds):
    data = {"partnership": leeds.pk, "kind": "executive", "name": "X", "slug": "x", "joining": "appointed"}
    as_member(dee).post(reverse("admin:pods_group_add"), data | {"gap_min": 8, "gap_max": 12, "usual_mode": "online"})

    assert not Group.objects.exists()


def test_another_managers_group_does_not_exist(as_member, eve, dee, pod):
    client = as_member(eve)

    assert client.get(reverse(CHANGE, args=[pod.pk])).status_code in {302, 404}
    client.post(reverse(CHANGE, args=[pod.pk]), filled(pod, name="Taken"))
    pod.refresh_from_db()
    assert pod.name == "Youth Voice"


def test_members_stay_outside(as_member, dee, ada):
    assert as_member(ada).get(reverse(LIST), follow=True).status_code == 403


def test_a_group_is_added_to_her_own_partnership_only(as_member, dee, leeds, elsewhere):
    data = {
        "kind": "pod",
        "name": "New",
        "slug": "new",
        "joining": "open",
        "gap_min": 8,
        "gap_max": 12,
        "usual_mode": "online",
    }
    as_member(dee).post(reverse("admin:pods_group_add"), data | {"partnership": elsewhere.pk})
    assert not Group.objects.exists()

    as_member(dee).post(reverse("admin:pods_group_add"), data | {"partnership": leeds.pk})
    assert Group.objects.get().partnership == leeds


def test_she_appoints_a_leader_and_it_is_written_down(as_member, dee, ben, pod):
    form = filled(pod, {"member": ben.pk, "role": "lead", "term_ends": "2028-09-01"})
    answer = as_member(dee).post(reverse(CHANGE, args=[pod.pk]), form)

    assert answer.status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.member, appointment.appointed_by, appointment.term_ends) == (ben, dee, date(2028, 9, 1))
    assert Entry.objects.filter(verb="appointed", actor=dee).exists()


def test_she_ends_an_appointment_with_its_reason(as_member, dee, ada, pod):
    lead = ada.appointments.get()
    Appointment.objects.update(since=date(2026, 9, 1))
    ended = {"id": lead.pk, "member": ada.pk, "role": "lead", "until_on": today().isoformat()}

    page = as_member(dee).post(reverse(CHANGE, args=[pod.pk]), filled(pod, ended)).content.decode()
    assert "Give the last day and the reason together" in page

    as_member(dee).post(reverse(CHANGE, args=[pod.pk]), filled(pod, ended | {"end_reason": "New job"}))
    lead.refresh_from_db()
    assert (lead.until_on, lead.end_reason) == (today(), "New job")
    assert Entry.objects.filter(verb="ended an appointment", actor=dee).exists()


def test_an_appointment_never_passes_to_somebody_else(as_member, dee, ada, ben, pod):
    lead = ada.appointments.get()
    form = filled(pod, {"id": lead.pk, "member": ben.pk, "role": "vice", "since": lead.since.isoformat()})
    as_member(dee).post(reverse(CHANGE, args=[pod.pk]), form)

    lead.refresh_from_db()
    assert (lead.member, lead.role) == (ada, "lead")


def test_only_people_of_this_partnership_are_offered(as_member, dee, ben, cy, pod, elsewhere):
    from partnerships.models import Stewardship

    Stewardship.appoint(dee, elsewhere)
    page = as_member(dee).get(reverse(CHANGE, args=[pod.pk])).content.decode()
    assert ">Ben</option>" in page
    assert ">Cy</option>" not in page

    as_member(dee).post(reverse(CHANGE, args=[pod.pk]), filled(pod, {"member": cy.pk, "role": "lead"}))
    assert not Appointment.objects.exists()


def test_a_second_chair_is_refused_in_words(as_member, dee, ada, ben, leeds):
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed")
    Appointment.appoint(ada, steering, "chair")
    chair = steering.appointments.get()
    rows = [
        {"id": chair.pk, "member": ada.pk, "role": "chair", "since": chair.since.isoformat()},
        {"member": ben.pk, "role": "chair"},
    ]

    answer = as_member(dee).post(reverse(CHANGE, args=[steering.pk]), filled(steering, *rows))
    assert "There is a chair already" in answer.content.decode()
    assert steering.appointments.count() == 1


def test_one_chair_hands_over_to_the_next_on_one_page(as_member, dee, ada, ben, leeds):
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed")
    chair = Appointment.appoint(ada, steering, "chair", since=date(2024, 9, 1))
    old = {"id": chair.pk, "member": ada.pk, "role": "chair", "since": "2024-09-01"}
    ended = {"until_on": "2026-08-31", "end_reason": "The term of office was over"}

    as_member(dee).post(
        reverse(CHANGE, args=[steering.pk]), filled(steering, old | ended, {"member": ben.pk, "role": "chair"})
    )
    assert [row.member for row in steering.appointments.filter(until_on=None, role="chair")] == [ben]


def test_nobody_holds_one_role_twice(as_member, dee, ben, pod):
    rows = [{"member": ben.pk, "role": "lead"}, {"member": ben.pk, "role": "lead"}]
    answer = as_member(dee).post(reverse(CHANGE, args=[pod.pk]), filled(pod, *rows))

    assert "Ben would hold the same role twice" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_group_keeps_its_partnership_and_kind(as_member, dee, elsewhere, pod):
    as_member(dee).post(reverse(CHANGE, args=[pod.pk]), filled(pod, partnership=elsewhere.pk, kind="steering"))

    pod.refresh_from_db()
    assert (pod.partnership.slug, pod.kind) == ("leedscep", "pod")


def test_a_rule_over_what_the_form_only_shows_is_told_in_words(as_member, dee, leeds, pod):
    other = factories.GroupFactory(partnership=leeds, priority=Priority.objects.create(partnership=leeds, title="T"))
    desk = as_member(dee)
    for said, told in (
        ({"parent": other.pk}, "grows out of a group"),
        ({"priority": other.priority_id}, "Another pod works on this priority"),
    ):
        answer = desk.post(reverse(CHANGE, args=[pod.pk]), filled(pod, **said))
        assert answer.status_code == 200 and told in answer.content.decode()


def test_nothing_is_deleted(as_member, dee, ada, pod):
    assert as_member(dee).post(reverse("admin:pods_group_delete", args=[pod.pk])).status_code == 403
    assert Group.objects.exists()
