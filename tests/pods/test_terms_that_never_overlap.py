"""The database refuses two chairs on one day, and one person twice in one role; who is chair has one answer a day."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lcep.site import today
from members.models import Member
from pods import belonging, terms
from pods.models import Appointment, Group
from tests import factories

START = date(2026, 1, 5)
DAYS = [START + timedelta(days=n) for n in range(40)]


@pytest.fixture
def steering(leeds):
    return factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed", slug="steering-group")


def in_post(member, group, since, until_on=None, role="chair") -> Appointment:
    reason = "The term was over" if until_on else ""
    return Appointment.objects.create(
        member=member, group=group, role=role, since=since, until_on=until_on, end_reason=reason
    )


def test_the_next_chair_may_be_appointed_before_the_last_one_goes(ada, ben, steering):
    in_post(ada, steering, START, START + timedelta(days=9))
    in_post(ben, steering, START + timedelta(days=10))

    on = Appointment.objects.filter(role="chair")
    assert [on.on(START + timedelta(days=n)).get().member for n in (9, 10)] == [ada, ben]


@pytest.mark.parametrize("first_day", [-5, 0, 9])
@pytest.mark.parametrize("last_day", [None, 9, 30])
def test_two_chairs_on_one_day_are_refused(ada, ben, steering, first_day, last_day):
    in_post(ada, steering, START, START + timedelta(days=9))
    until_on = None if last_day is None else START + timedelta(days=last_day)
    with pytest.raises(IntegrityError), transaction.atomic():
        in_post(ben, steering, START + timedelta(days=first_day), until_on)


def test_moving_a_day_into_anothers_term_is_refused(ada, ben, steering):
    in_post(ada, steering, START, START + timedelta(days=9))
    after = in_post(ben, steering, START + timedelta(days=10))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=after.pk).update(since=START + timedelta(days=9))


def test_nobody_holds_one_role_twice_on_one_day_and_several_hold_different_ones(ada, ben, steering):
    in_post(ada, steering, START, START + timedelta(days=9), role="member")
    in_post(ben, steering, START, role="member")
    in_post(ada, steering, START, role="note-taker")
    with pytest.raises(IntegrityError), transaction.atomic():
        in_post(ada, steering, START + timedelta(days=5), role="member")


def test_ended_before_it_began_it_was_never_held(ada, ben, steering):
    in_post(ada, steering, today() - timedelta(days=400), today() - timedelta(days=1))
    by_mistake = in_post(ben, steering, today())
    by_mistake.step_down(on=today() - timedelta(days=1), reason="A mistake")

    assert by_mistake.taken_back_on == today()
    assert not Appointment.objects.current().filter(group=steering)
    assert in_post(ben, steering, today())


def test_an_end_set_in_the_future_keeps_its_powers_until_then(ada, steering):
    chair = in_post(ada, steering, today() - timedelta(days=100))
    chair.step_down(on=today() + timedelta(days=30), reason="A new job")

    assert steering.is_run_by(ada)
    with time_machine.travel(today() + timedelta(days=30, hours=12)):
        assert steering.is_run_by(ada)
    with time_machine.travel(today() + timedelta(days=31)):
        assert not steering.is_run_by(ada)


def test_the_next_chair_asks_to_be_forgotten_before_the_term_begins(ada, ben, steering):
    in_post(ada, steering, today() - timedelta(days=100), today() + timedelta(days=30))
    in_post(ben, steering, today() + timedelta(days=31), today() + timedelta(days=90))
    belonging.forget(ben, [])

    assert Appointment.objects.get(member=ben).taken_back_on == today()
    assert steering.is_run_by(ada)


def test_two_entries_of_one_chair_become_one_chair_since_the_same_day(ada, ben, steering):
    in_post(ben, steering, START)
    belonging.merge(ada, ben)

    assert Appointment.objects.current().get(group=steering, role="chair").member == ada
    assert Appointment.objects.current().get(group=steering, role="chair").since == START


def test_two_entries_whose_terms_in_one_role_overlap_become_one(ada, ben, steering):
    in_post(ada, steering, START, START + timedelta(days=9), role="member")
    in_post(ben, steering, START + timedelta(days=5), role="member")
    belonging.merge(ada, ben)

    assert Appointment.objects.current().get(group=steering).since == START + timedelta(days=10)


def test_the_rules_stand_in_the_database(db):
    """A later migration that makes the table anew on SQLite must end with `guard`."""
    if connection.vendor == "sqlite":
        wanted, query = set(terms.SQLITE), "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    else:
        wanted, query = set(terms.POSTGRESQL), "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass"
    with connection.cursor() as cursor:
        cursor.execute(query, [terms.TABLE])
        assert wanted <= {name for (name,) in cursor.fetchall()}


class TestAnyHistory(TestCase):
    """Whatever is tried, what the database keeps has one chair a day at most, and `on` reads it as a person would."""

    acts = st.lists(
        st.one_of(
            st.tuples(st.just("appoint"), st.integers(0, 2), st.integers(0, 39), st.none() | st.integers(0, 39)),
            st.tuples(st.just("end"), st.integers(0, 5), st.integers(0, 39), st.none()),
            st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 39), st.none()),
        ),
        max_size=12,
    )

    @settings(max_examples=60, deadline=None)
    @given(acts)
    def test_who_is_chair_on_a_day_has_one_answer(self, acts):
        group = factories.GroupFactory(kind="steering", joining="appointed")
        people = [Member.objects.welcome(f"person{n}@example.org") for n in range(3)]
        for act in acts:
            self._try(group, people, *act)
        rows = list(Appointment.objects.filter(group=group, role="chair", taken_back_on=None))
        for day in DAYS:
            read = {row.pk for row in rows if row.since <= day and (row.until_on is None or day <= row.until_on)}
            assert len(read) <= 1
            assert (
                set(Appointment.objects.on(day).filter(group=group, role="chair").values_list("pk", flat=True)) == read
            )

    def _try(self, group: Group, people: list[Member], act: str, which: int, day: int, until: int | None) -> None:
        """Do it; what the database refuses is not done."""
        held = list(Appointment.objects.filter(group=group).order_by("pk"))
        try:
            with transaction.atomic():
                if act == "appoint":
                    in_post(people[which], group, DAYS[day], None if until is None else DAYS[until])
                elif held and act == "end":
                    held[which % len(held)].step_down(on=DAYS[day], reason="Whatever")
                elif held:
                    Appointment.objects.filter(pk=held[which % len(held)].pk).update(since=DAYS[day])
        except IntegrityError:
            pass
