"""Asking to join, and a task & finish group from four lines to what came of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lcep.site import today
from mailings.models import Mailing
from meetings import daily
from pods.models import Appointment, Group, JoinWish, Proposal
from tests import factories


def letters_to(address: str) -> list[str]:
    rows = Mailing.objects.filter(kind__in=["for-leaders", "nudge"], deliveries__address=address).order_by("pk")
    return list(rows.values_list("subject", flat=True))


@pytest.fixture
def closed(leeds, ada):
    group = factories.GroupFactory(partnership=leeds, name="Music Hub Circle", slug="circle", joining="ask")
    Appointment.appoint(ada, group, Appointment.Role.LEAD)
    return group


def test_asked_and_let_in_by_one_press(as_member, closed, leeds, ada, ben, cy):
    address = reverse("meetings:asking", args=[leeds.slug, closed.slug])
    for _ in range(2):
        as_member(ben).post(address, {"words": "I play the tuba.", "ask": "1"})
    wish = JoinWish.objects.get()
    assert letters_to("ada@example.org") == ["Music Hub Circle: somebody would like to join"]
    leads = as_member(ada)
    assert "I play the tuba." in leads.get(reverse("meetings:wishes", args=[closed.ref])).content.decode()
    for verb in ("let-in", "not-in"):
        leads.post(reverse("meetings:wishes", args=[closed.ref]), {"answer": f"{verb} {wish.pk}"})
    assert closed.has_member(ben) and letters_to("ben@example.org") == ["Music Hub Circle: you are in"]
    assert as_member(ben).get(address).status_code == 404
    assert as_member(cy).post(address).status_code == 404


def test_an_answer_belongs_to_those_who_lead_that_group(as_member, closed, pod, ada, ben):
    wish = JoinWish.ask(closed, ben)
    Appointment.appoint(ben, pod, Appointment.Role.LEAD)
    as_member(ben).post(reverse("meetings:wishes", args=[pod.ref]), {"answer": f"let-in {wish.pk}"})
    assert as_member(ben).post(reverse("meetings:wishes", args=[closed.ref])).status_code == 403
    wish.refresh_from_db()
    assert wish.answered_at is None and not closed.has_member(ben)
    for nonsense in ("let-in", "let-in x", "let-in 0", "sing 1", ""):
        assert (
            as_member(ada).post(reverse("meetings:wishes", args=[closed.ref]), {"answer": nonsense}).status_code == 302
        )


def test_from_four_lines_to_what_came_of_it(as_member, leeds, pod, ada, ben):
    address = reverse("meetings:proposing", args=[leeds.slug, pod.slug])
    day = today() + timedelta(days=60)
    said = {"name": "Postcards", "purpose": "Ask 200 pupils.", "output": "A poster.", "finish_by": f"{day:%-d %b %Y}"}
    too_long = said | {"finish_by": f"{today() + timedelta(days=300):%-d %b %Y}"}
    assert "within half a year" in as_member(ben).post(address, too_long).content.decode()
    for _ in range(2):
        as_member(ben).post(address, said)
    proposal = Proposal.objects.get()
    leads = as_member(ada)
    for _ in range(2):
        leads.post(reverse("meetings:wishes", args=[pod.ref]), {"answer": f"begin {proposal.pk}"})
    task = Group.objects.get(kind="task-and-finish")
    assert task.parent == pod and task.is_led_by(ben) and task.finish_by == day and task.is_current
    assert letters_to("ben@example.org") == ["Youth Voice: your proposal “Postcards”"]
    his, end = as_member(ben), reverse("meetings:ending", args=[task.ref])
    longer = day + timedelta(days=14)
    his.post(end, {"until": f"{longer:%-d %b %Y}", "reason": "Half term"})
    task.refresh_from_db()
    assert task.finish_by == longer
    his.post(end, {"outcome": ""})
    his.post(end, {"outcome": "A poster in nine schools."})
    task.refresh_from_db()
    assert (task.outcome, task.until_on) == ("A poster in nine schools.", today())
    assert his.get(end).status_code == 404
    assert "A poster in nine schools." in his.get(task.get_absolute_url()).content.decode()


def test_a_name_that_is_taken_gets_another_address(leeds, pod, ada, ben):
    rows = [
        Proposal.propose(pod, by=who, name="Youth Voice!", purpose="x", output="y", finish_by=today())
        for who in (ada, ben)
    ]
    assert [row.accept(by=ada).slug for row in rows] == ["youth-voice-2", "youth-voice-3"]


def test_not_now_is_told_and_final(leeds, pod, ada, ben, as_member):
    proposal = Proposal.propose(pod, by=ben, name="Postcards", purpose="x", output="y", finish_by=today())
    as_member(ada).post(reverse("meetings:wishes", args=[pod.ref]), {"answer": f"not-now {proposal.pk}"})
    as_member(ada).post(reverse("meetings:wishes", args=[pod.ref]), {"answer": f"begin {proposal.pk}"})
    assert not Group.objects.filter(kind="task-and-finish").exists()
    assert letters_to("ben@example.org") == ["Youth Voice: your proposal “Postcards”"]


def test_two_weeks_before_its_day_its_leads_hear_it_once(pod, ada, ben):
    task = factories.GroupFactory(
        partnership=pod.partnership, kind="task-and-finish", parent=pod, finish_by=today() + timedelta(days=15)
    )
    Appointment.appoint(ben, task, Appointment.Role.LEAD)
    daily.nearly_done()
    assert letters_to("ben@example.org") == []
    Group.objects.filter(pk=task.pk).update(finish_by=today() + timedelta(days=14))
    for _ in range(2):
        daily.nearly_done()
    assert letters_to("ben@example.org") == [f"{task}: two weeks to go"]


def test_a_group_comes_after_its_answer(pod, ben):
    proposal = Proposal.propose(pod, by=ben, name="Postcards", purpose="x", output="y", finish_by=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(group=pod)
