"""What the database itself refuses, and what the verbs of groups and appointments promise."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lcep.site import today
from pods.models import Appointment, Group, GroupMembership
from tests import factories
from trust.models import Entry

DAY = date(2026, 9, 1)


def make(leeds, **details):
    with transaction.atomic():
        return factories.GroupFactory(partnership=leeds, **details)


@pytest.mark.parametrize(
    "details",
    [
        {"slug": "youth-voice"},
        {"kind": "task-and-finish", "finish_by": DAY},
        {"kind": "task-and-finish", "parent": "pod"},
        {"kind": "task-and-finish", "parent": "pod", "finish_by": DAY, "until_on": DAY},
        {"kind": "task-and-finish", "parent": "pod", "finish_by": DAY, "from_on": DAY + timedelta(days=1)},
        {"kind": "pod", "parent": "pod"},
        {"kind": "steering", "joining": "open"},
        {"kind": "executive", "joining": "ask"},
        {"gap_min": 0},
        {"gap_min": 12, "gap_max": 8},
        {"gap_max": 53},
        {"from_on": DAY, "until_on": DAY - timedelta(days=1)},
    ],
)
def test_groups_that_cannot_be_are_refused(leeds, pod, details):
    if details.get("parent"):
        details = details | {"parent": pod}
    with pytest.raises(IntegrityError):
        make(leeds, **details)


@pytest.mark.parametrize("kind", ["steering", "executive"])
def test_there_is_one_steering_and_one_executive_at_a_time(leeds, kind):
    first = make(leeds, kind=kind, joining="appointed")
    with pytest.raises(IntegrityError):
        make(leeds, kind=kind, joining="appointed")

    Group.objects.filter(pk=first.pk).update(until_on=DAY)
    make(leeds, kind=kind, joining="appointed")


def test_one_pod_works_on_a_priority_at_a_time(leeds):
    priority = leeds.priorities.create(title="Voice", short_name="Voice")
    first = make(leeds, priority=priority)
    with pytest.raises(IntegrityError):
        make(leeds, priority=priority)

    Group.objects.filter(pk=first.pk).update(until_on=DAY)
    make(leeds, priority=priority)


def test_no_group_is_its_own_parent(leeds, pod):
    group = make(leeds, kind="task-and-finish", parent=pod, finish_by=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.filter(pk=group.pk).update(parent=group)


def test_a_group_stays_inside_its_partnership(leeds, elsewhere, pod):
    theirs = elsewhere.priorities.create(title="Theirs", short_name="Theirs")
    with pytest.raises(ValidationError, match="another partnership"):
        Group(partnership=leeds, kind="pod", name="Mixed", slug="mixed", priority=theirs).full_clean()


def test_joining_is_one_open_row_however_often(ben, pod):
    pod.join(ben)
    pod.join(ben)
    assert pod.memberships.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMembership.objects.create(group=pod, member=ben)


def test_nobody_leaves_before_joining(ben, pod):
    with pytest.raises(IntegrityError), transaction.atomic():
        pod.memberships.update(left_on=today() - timedelta(days=1))


@pytest.mark.parametrize(
    "details",
    [
        {"until_on": DAY - timedelta(days=1), "end_reason": "Moved away"},
        {"term_ends": DAY},
        {"until_on": DAY},
        {"end_reason": "Moved away"},
        {"role": "member", "substitute_for": "ada"},
    ],
)
def test_appointments_that_cannot_be_are_refused(ada, ben, pod, details):
    if details.get("substitute_for"):
        details = details | {"substitute_for": ada.appointments.get()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(**{"member": ben, "group": pod, "role": "vice", "since": DAY} | details)


def test_appointing_twice_leaves_one_row_and_one_entry(ben, dee, pod):
    first = Appointment.appoint(ben, pod, "lead", by=dee)
    again = Appointment.appoint(ben, pod, "lead", by=dee)

    assert again == first
    assert Entry.objects.filter(verb="appointed", subject="pods.appointment").count() == 1


def test_leadership_is_shared_and_the_chair_is_one(ada, ben, leeds, pod):
    Appointment.appoint(ben, pod, "lead")
    assert pod.is_led_by(ada)
    assert pod.is_led_by(ben)

    steering = make(leeds, kind="steering", joining="appointed")
    Appointment.appoint(ada, steering, "chair")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.appoint(ben, steering, "chair")


def test_stepping_down_lasts_until_the_end_of_that_day(ada, pod):
    lead = ada.appointments.get()
    lead.step_down(on=today(), reason="New job")
    lead.step_down(on=today() + timedelta(days=30), reason="Another reason")

    assert (lead.until_on, lead.end_reason) == (today(), "New job")
    assert pod.is_led_by(ada)
    assert Entry.objects.filter(verb="ended an appointment").count() == 1


def test_one_may_step_down_and_be_appointed_again(ada, pod):
    ada.appointments.get().step_down(on=today() - timedelta(days=1), reason="A break")
    assert not pod.is_led_by(ada)

    Appointment.appoint(ada, pod, "lead")
    assert pod.is_led_by(ada)
    assert ada.appointments.count() == 2


def test_powers_outlive_a_term_until_somebody_ends_them(ada, pod):
    ada.appointments.update(since=DAY, term_ends=DAY + timedelta(days=1))
    Appointment.objects.update(since=date(2020, 1, 1), term_ends=date(2022, 1, 1))

    assert pod.is_led_by(ada)


def test_open_groups_are_those_at_work_today(leeds, pod):
    make(leeds, until_on=today() - timedelta(days=1))
    make(leeds, from_on=today() + timedelta(days=1))
    make(leeds, joining="ask")
    last_day = make(leeds, until_on=today())

    assert set(Group.objects.open()) == {pod, last_day}


def test_how_often_is_said_in_words():
    assert Group(gap_min=8, gap_max=12).how_often == "every 8 to 12 weeks"
    assert Group(gap_min=6, gap_max=6).how_often == "every 6 weeks"
    assert Group(gap_min=1, gap_max=1).how_often == "every week"


def test_strangers_fail_closed(pod):
    from django.contrib.auth.models import AnonymousUser

    nobody = AnonymousUser()
    assert not Group.objects.for_steward(nobody)
    assert not Group.objects.of_member(nobody)
    assert not Group.objects.open_inside_to(nobody)
    assert not pod.has_member(nobody)
    assert not pod.is_led_by(nobody)
    assert not pod.can_be_joined_by(nobody)
