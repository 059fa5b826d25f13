"""A cycle is repeated, or found done: whatever the database did with its COMMIT, nobody is lost or mailed twice."""

import uuid

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mailings.dialect import Kept, dialect
from mailings.due import Errands, due_rows
from mailings.models import Delivery, Mailing, Sender
from mailings.relay import Relay
from mailings.replay import replay
from mailings.run import Run
from mailings.shift import Shift
from mailings.sweep import advance
from tests.mailings.conftest import crowd

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(relay, leeds, newsletter):
    """A run with 40 people to write to, whose every third cycle goes wrong as a test says."""
    crowd(leeds, 40)
    newsletter()
    advance()
    return Run(Relay.of_site())


def broken(run: Run, *, after_commit: bool) -> list[int]:
    """Let every third cycle break off, before its statements or after its commit; returns where that happened."""
    begin, broke = run._begin, []

    def with_breaks():
        begun = begin()
        turn, turns = run.cycle.turn, []

        def breaking(report, outcome, **room):
            turns.append(1)
            if len(turns) % 3 or len(broke) > 20:
                return turn(report, outcome, **room)
            broke.append(len(turns))
            if after_commit:
                turn(report, outcome, **room)
            raise OperationalError("server closed the connection unexpectedly")

        run.cycle.turn = breaking
        return begun

    run._begin = with_breaks
    return broke


@pytest.mark.parametrize("after_commit", [True, False])
def test_a_cycle_that_breaks_off_is_done_once(run, relay, after_commit):
    broke = broken(run, after_commit=after_commit)
    run.send()
    assert broke
    assert not relay.twice()
    assert len(relay.taken) == 40
    assert set(Delivery.objects.values_list("state", "attempt")) == {("sent", 1)}
    assert Sender.objects.get().ended_how == "clean"


def test_an_error_that_no_repetition_mends_ends_the_run_and_the_journal_settles_it(run, relay, send, monkeypatch):
    monkeypatch.setattr("mailings.run.time.sleep", lambda seconds: None)
    begin = run._begin

    def with_a_bug():
        begun = begin()
        turn, turns = run.cycle.turn, []

        def buggy(report, outcome, **room):
            turns.append(1)
            if len(turns) > 2:
                raise ProgrammingError("a bug")
            turn(report, outcome, **room)

        run.cycle.turn = buggy
        return begun

    run._begin = with_a_bug
    with pytest.raises(ProgrammingError):
        run.send()
    taken = len(relay.taken)
    assert taken > 0
    replay()
    Delivery.objects.queued().update(due_at=Now())  # what was in hand and never begun comes a second later
    assert send()["sent"] == 40 - taken
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not relay.twice()


def test_a_sender_that_stays_outlives_its_database(relay, monkeypatch):
    looks = []

    def looking(self, seconds, linger=0.0):
        looks.append(1)
        if len(looks) < 3:
            raise OperationalError("the database system is shutting down")
        return False

    monkeypatch.setattr(Shift, "_once", looking)
    monkeypatch.setattr("mailings.shift.time.sleep", lambda seconds: None)
    Shift(lambda: len(looks) >= 4).stay()
    assert len(looks) == 4


def test_claims_and_sweeps_find_their_rows_by_index(run):
    """A claim that read a whole mailing would read a million rows for a hundred."""
    mailing = Mailing.objects.get()
    errands = Errands(mailing.pk, 3, True, "newsletter", mailing.partnership_id, mailing.rendition_id, False)
    with transaction.atomic():
        assert "delivery_waiting" in plan(*claim(errands))
        assert "delivery_waiting" in plan_of(mailing.deliveries.queued())
        assert "delivery_doubtful" in plan_of(mailing.deliveries.doubtful())
        assert "delivery_of_run" in plan_of(Delivery.objects.filter(sender=uuid.uuid4(), state="handed"))


def test_a_row_that_is_settled_touches_no_index(run, relay):
    """A row that is sent stays on its page (PostgreSQL: HOT): half of what sending cost was in indexes."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps a row where it is")
    before = updates()
    run.send()
    changed, on_its_page = (now - then for now, then in zip(updates(), before, strict=True))
    assert changed >= 80, "each row is handed over, and settled"
    assert on_its_page >= 30, f"{on_its_page} of {changed}"


def updates() -> tuple[int, int]:
    """How often a delivery was written anew, and how often of those on its page, as PostgreSQL counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'mailings_delivery'")
        return cursor.fetchone()


def test_what_a_relay_said_arrives_as_it_was_said():
    said = ['250 "Ok" \\ {a,b}', "NULL", "", "it's, 100 % queued", "\\N"]
    relation, params = dialect().rows(
        [(number, 1, None if number else 250, word, "") for number, word in enumerate(said)]
    )
    with transaction.atomic(), dialect().cursor() as cursor:
        cursor.execute(f"SELECT id, code, reply FROM {relation} ORDER BY id", params)
        assert [tuple(row) for row in cursor.fetchall()] == [
            (number, None if number else 250, word) for number, word in enumerate(said)
        ]


def test_behind_a_pooler_statements_are_not_kept(run, relay, monkeypatch):
    """A session that knows no statement by the name it was given: the cycle is repeated, and no later one keeps any."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no sessions")
    monkeypatch.setattr(Kept, "may_keep", True)
    begin, asked = run._begin, []

    def in_other_sessions():
        begun = begin()
        turn = run.cycle.turn

        def forgetting(report, outcome, **room):
            asked.append(Kept.may_keep)
            connection.connection.pgconn.exec_(b"DEALLOCATE ALL")  # and psycopg does not hear of it
            return turn(report, outcome, **room)

        run.cycle.turn = forgetting
        return begun

    run._begin = in_other_sessions
    run.send()
    assert asked[0] and not asked[-1]
    assert set(Delivery.objects.values_list("state", "attempt")) == {("sent", 1)} and not relay.twice()


def claim(errands: Errands):
    sql, params = due_rows(errands)
    return f"{sql.format(limit=100)} SELECT * FROM judged", params


def plan_of(deliveries: QuerySet) -> str:
    return plan(*deliveries.values("pk").query.sql_with_params())


def plan(sql: str, params) -> str:
    """Return how the database would find these rows if there were very many."""
    with connection.cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN"
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            explain = "EXPLAIN"
        cursor.execute(f"{explain} {sql}", params)
        return " ".join(str(row) for row in cursor.fetchall())
