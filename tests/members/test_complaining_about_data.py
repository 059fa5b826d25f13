"""A data complaint is acknowledged at once, waits on the desk with its day, and is answered by mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery
from members.models import DataComplaint
from trust.models import Entry
from trust.tokens import FORM_OPENED

PAGE = "members:data_complaint"


def said(partnership=None, **more):
    opened = FORM_OPENED.sign(int(timezone.now().timestamp()) - 60)
    told = {"text": "You wrote to me.", "email": "sam@example.org", "opened": opened}
    return told | ({"partnership": partnership.pk} if partnership else {}) | more


@pytest.fixture
def complaint(leeds, dee):
    Client().post(reverse(PAGE), said(leeds))
    return DataComplaint.objects.get()


def desk(complaint):
    return reverse("admin:members_datacomplaint_change", args=[complaint.pk])


def test_it_is_acknowledged_at_once_and_the_mail_repeats_nothing_typed(complaint):
    assert complaint.acknowledged_at and (complaint.due_on - timezone.localdate()).days == 30
    delivery = Delivery.objects.get()
    body = bytes(delivery.mailing.rendition.body).decode("utf-8", "replace")
    assert delivery.address == "sam@example.org" and "You wrote to me" not in body
    assert "Information Commissioner" in body


def test_it_waits_on_the_desk_of_its_manager_with_its_day(complaint, as_member, dee, eve):
    assert "Somebody complained about their data" in as_member(dee).get(reverse("admin:index")).content.decode()
    assert "Somebody complained" not in as_member(eve).get(reverse("admin:index")).content.decode()
    assert as_member(eve).get(desk(complaint)).status_code == 404


def test_the_answer_goes_out_by_mail_once_and_closes_it(complaint, as_member, dee):
    client = as_member(dee)
    for _ in range(2):
        client.post(desk(complaint), {"answer": "We are sorry."})
    complaint.refresh_from_db()
    assert complaint.answer == "We are sorry." and complaint.answered_by == dee
    assert Delivery.objects.filter(mailing__kind="complaint-answered").count() == 1
    assert Entry.objects.filter(verb="answered a data complaint").count() == 1
    assert "Somebody complained" not in client.get(reverse("admin:index")).content.decode()


def test_one_about_no_partnership_is_the_keepers(leeds, dee, fay, as_member):
    Client().post(reverse(PAGE), said())
    complaint = DataComplaint.objects.get()
    assert as_member(dee).get(desk(complaint)).status_code == 404
    assert as_member(fay).get(desk(complaint)).status_code == 200


def test_only_a_partnership_at_home_can_be_named(leeds, dee, listed):
    assert "Error:" in Client().post(reverse(PAGE), said(listed)).content.decode()
    assert not DataComplaint.objects.exists()


def test_a_machine_hears_the_same_and_writes_nothing(leeds, dee):
    person, trap = Client().post(reverse(PAGE), said()), Client().post(reverse(PAGE), said(website="http://x"))
    assert (person.status_code, person.url) == (trap.status_code, trap.url)
    assert DataComplaint.objects.count() == 1


def test_past_the_caps_it_still_counts_and_nobody_is_bombed(leeds, dee):
    for _ in range(8):
        Client().post(reverse(PAGE), said())
    assert DataComplaint.objects.count() == 8 and Delivery.objects.count() == 5
    assert DataComplaint.objects.filter(acknowledged_at=None).count() == 3


def test_the_clock_is_thirty_days_of_london(leeds):
    late = timezone.make_aware(timezone.datetime(2026, 6, 30, 23, 30))
    assert str(DataComplaint(received_at=late).due_on) == "2026-07-30"
    assert DataComplaint(received_at=late).due_on - timezone.localdate(late) == timedelta(days=30)
