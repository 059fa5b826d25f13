"""The plan: who says how it goes, what everybody reads of it, and that history stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from meetings.models import Meeting
from partnerships.models import HalfTerm
from pods.models import Appointment
from steering import pack_sending
from steering.ledger import TAKEN_OUT
from steering.models import Action, PlanUpdate, State
from steering.plan import Plan
from tests import factories
from tests.meetings.conftest import at
from trust.models import Entry
from trust.tokens import HOW_IT_GOES


def of(name, leeds, *more):
    return reverse(f"steering:{name}", args=[leeds.slug, *more])


def standing(action):
    found = Action.objects.with_standing().get(pk=action.pk)
    return found.state, found.words


def test_its_owner_says_how_it_goes_from_her_own_page(as_member, ada, leeds, action):
    client = as_member(ada)
    page = client.get("/me/").content.decode()
    assert "My part of the plan" in page and action.get_absolute_url() in page

    answer = client.post(action.get_absolute_url(), {"state": "on-track", "text": "Six have answered."})

    assert answer.status_code == 302 and standing(action) == ("on-track", "Six have answered.")
    assert action.updates.first().by == ada


def test_two_presses_from_a_mail_are_enough(client, ada, action):
    page = reverse("steering:how_it_goes", args=[HOW_IT_GOES.sign(action.pk, ada.pk)])
    assert "How does it go?" in client.get(page).content.decode()
    assert action.updates.count() == 1  # opening it changes nothing

    told = client.post(page, {"state": "done", "text": ""}).content.decode()

    assert "Thank you" in told and standing(action) == ("done", "") and "sessionid" not in client.cookies


def test_the_same_press_twice_is_one_update(client, ada, action):
    page = reverse("steering:how_it_goes", args=[HOW_IT_GOES.sign(action.pk, ada.pk)])
    for _ in range(2):
        client.post(page, {"state": "on-track"})
    assert action.updates.count() == 2  # the first is of the day it was put on the plan


def test_a_link_is_over_when_it_is_somebody_elses_now(client, ada, ben, dee, action):
    page = reverse("steering:how_it_goes", args=[HOW_IT_GOES.sign(action.pk, ada.pk)])
    action.revise(by=dee, owner=ben)
    assert client.get(page).status_code == 410
    assert client.post(page, {"state": "done"}).status_code == 410 and action.updates.count() == 1


def test_where_help_is_needed_a_sentence_says_with_what(as_member, ada, action):
    page = as_member(ada).post(action.get_absolute_url(), {"state": "help", "text": ""}).content.decode()
    assert "Say in a sentence what would help." in page and action.updates.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        action.tell(State.STUCK, "", by=ada)


def test_a_group_answers_for_it_through_its_leaders(as_member, ada, ben, pod, objective):
    shared = Action.begin(objective, "Write one page", by=None, group=pod)
    assert as_member(ada).post(shared.get_absolute_url(), {"state": "done"}).status_code == 302
    assert as_member(ben).post(shared.get_absolute_url(), {"state": "stuck", "text": "?"}).status_code == 404
    assert standing(shared) == ("done", "")


def test_somebody_round_the_table_reads_it_and_leaves_the_telling_to_its_owner(as_member, sol, action):
    client = as_member(sol)
    assert client.get(action.get_absolute_url()).status_code == 200
    assert client.post(action.get_absolute_url(), {"state": "done"}).status_code == 403


def test_everybody_reads_it_in_words_and_nobody_is_named(client, leeds, ada, pod, objective, action):
    ada.name = "Ada Fernleaf"
    ada.save(update_fields=["name"])
    action.tell(State.HELP, "We look for a room.", by=ada)
    Action.begin(objective, "Write one page", by=None, group=pod)

    page = client.get(of("plan", leeds)).content.decode()

    assert "Ask ten schools" in page and "needs help" in page and "We look for a room." in page
    assert "Youth Voice" in page and "A member" in page
    assert "Ada" not in page


@pytest.mark.parametrize("text", ["Ada Fernleaf looks for a room.", "a room (ADA  FERNLEAF)", "ada fernleaf's room"])
def test_a_sentence_that_names_somebody_is_given_back(as_member, ada, action, text):
    ada.name = "Ada Fernleaf"
    ada.save(update_fields=["name"])
    page = as_member(ada).post(action.get_absolute_url(), {"state": "on-track", "text": text}).content.decode()
    assert "leave out the name Ada Fernleaf" in page and action.updates.count() == 1


def test_another_partnership_finds_no_plan_here(as_member, eve, cy, leeds, action):
    for member in (eve, cy):
        client = as_member(member)
        for page in (of("plan_board", leeds), of("plan_export", leeds), of("plan_editing", leeds)):
            assert client.get(page).status_code == 404
        assert client.get(action.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda rows: rows.update(state="done"),
        lambda rows: rows.update(text="Other words"),
        lambda rows: rows.update(at=timezone.now()),
        lambda rows: rows.update(by=None, text=TAKEN_OUT),
        lambda rows: rows.delete(),
        lambda rows: rows._raw_delete(rows.db),
        lambda rows: PlanUpdate.objects.bulk_update([_with(rows.get(), text="Other")], ["text"]),
        lambda rows: _sql("UPDATE steering_planupdate SET state = 'done'"),
        lambda rows: _sql("DELETE FROM steering_planupdate"),
    ],
)
def test_the_database_refuses_every_change_and_every_deletion(action, ada, rewrite):
    update = action.tell(State.ON_TRACK, "It goes well.", by=ada)
    before = list(PlanUpdate.objects.values())
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        rewrite(PlanUpdate.objects.filter(pk=update.pk))
    assert list(PlanUpdate.objects.values()) == before


def _sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _with(row, **changes):
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_words_with_a_name_in_them_can_be_taken_out_and_nothing_else(as_member, cho, leeds, action, ada):
    update = action.tell(State.HELP, "Ask Sam.", by=ada)
    assert as_member(cho).post(of("taking_out", leeds, update.pk)).status_code == 302
    update.refresh_from_db()
    assert (update.text, update.state, update.by) == (TAKEN_OUT, "help", ada)
    assert Entry.objects.filter(verb="took words out of the plan").count() == 1


def test_another_day_is_kept_beside_the_old_one(as_member, cho, leeds, action):
    was = action.due_on
    said = {"title": action.title, "who": f"m{action.owner_id}", "due_on": f"{was + timedelta(days=30):%-d %B %Y}"}
    answer = as_member(cho).post(of("action_changing", leeds, action.ref), said)
    assert answer.status_code == 302
    assert [row.due_on for row in action.updates.all()] == [was + timedelta(days=30), was]


def test_what_nobody_spoke_of_for_a_half_term_says_so(leeds, action, settings):
    place = leeds.places.get()
    terms = {"place": place, "school_year": "now"}
    HalfTerm.objects.create(
        number=1, name="A", first_on=today() - timedelta(60), last_on=today() - timedelta(10), **terms
    )
    (line,) = Plan(leeds).lines
    assert not line.is_quiet
    with connection.cursor() as cursor:  # as if it had been told before that half term
        cursor.execute("DROP TRIGGER steering_planupdate_update" + _on())
    PlanUpdate.objects.update(at=timezone.now() - timedelta(days=70))
    (line,) = Plan(leeds).lines
    assert line.is_quiet
    HalfTerm.objects.update(last_on=today())  # it is not over yet: holidays and half a half term are nobody's silence
    (line,) = Plan(leeds).lines
    assert not line.is_quiet


def _on():
    return "" if connection.vendor == "sqlite" else " ON steering_planupdate"


def test_who_is_forgotten_owns_nothing_and_the_plan_stays(ada, action):
    from members.rights.forgetting import forget

    forget(ada)
    action.refresh_from_db()
    assert action.owner is None and action.title == "Ask ten schools" and action.updates.count() == 1


def test_taken_off_the_plan_its_history_stays(as_member, cho, leeds, action):
    as_member(cho).post(of("action_changing", leeds, action.ref), {"wish": "off"})
    assert not Plan(leeds).lines
    page = as_member(cho).get(action.get_absolute_url()).content.decode()
    assert "So far" in page and "How does it go?" not in page


def test_a_finished_group_says_so_in_the_plan(as_member, ada, leeds, pod, objective):
    task = factories.GroupFactory(
        partnership=leeds, name="Toolkit", kind="task-and-finish", parent=pod, finish_by=today() + timedelta(days=9)
    )
    Appointment.appoint(ada, task, "lead")
    action = Action.begin(objective, "Write a toolkit", by=None, group=task)
    page = reverse("meetings:ending", args=[task.ref])
    assert "The plan" in as_member(ada).get(page).content.decode()

    said = {"outcome": "A toolkit for ten schools.", "plan-action": action.pk, "plan-state": "done", "plan-text": ""}
    answer = as_member(ada).post(page, said, follow=True).content.decode()

    assert standing(action) == ("done", "A toolkit for ten schools.") and "stands as done in the plan" in answer


def test_those_who_answer_for_something_are_asked_once_before_steering_meets(meeting, action, ada, mails):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER steering_planupdate_update" + _on())
    PlanUpdate.objects.update(at=timezone.now() - timedelta(days=40))
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at(15), ends_at=at(15, 17, 30))
    for _ in range(2):
        pack_sending.day()
    asked = [mail for (who, subject), mail in mails().items() if "How does it go?" in subject]
    assert [mail["To"] for mail in asked] == ["ada@example.org"]
    link = HOW_IT_GOES.path.split("<")[0]
    assert f"http://localhost:8000{link}" in asked[0].get_body(("plain",)).get_content()
