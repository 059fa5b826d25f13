"""A site is upgraded while people use it: no migration locks a large table for long, or breaks what still runs.

The rules are those of linters for PostgreSQL (squawk, django-migration-linter), for the operations this site uses. What
stood before the first upgrade of a site with data is in BEFORE; everything after is held to them.
"""

import re

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from trust.management.commands.migrate import GAVE_WAY

# The last migration of each app that was made before the rules.
BEFORE = {
    "trust": "0002_entries_stay",
    "partnerships": "0002_directory_complete",
    "members": "0010_one_shape_of_ledger",
    "mailings": "0007_what_waits_and_what_is_in_doubt",
    "pods": "0004_terms_that_never_overlap",
    "meetings": "0004_papers_and_places",
    "newsletters": "0004_planner_and_notices",
    "steering": "0002_plan_pack_evidence",
}
# Tables of which a site has hundreds of thousands of rows: building an index over one blocks its writers meanwhile.
LARGE = {"delivery", "consent", "entry", "membership", "member", "rendition", "invitation"}
TOUCHES_TABLES = (
    migrations.AddField, migrations.AlterField, migrations.RemoveField, migrations.AddIndex, migrations.AddConstraint,
    migrations.CreateModel, migrations.DeleteModel, migrations.RunSQL,
)  # fmt: skip


def faults(migration: migrations.Migration) -> list[str]:
    """Return in words why a migration would hold people up, or break the version that still runs beside it."""
    found = []
    operations = list(migration.operations)
    made = {each.name_lower for each in operations if isinstance(each, migrations.CreateModel)}
    for each in operations:
        of = (getattr(each, "model_name", "") or "").lower()
        if isinstance(each, migrations.RenameField | migrations.RenameModel | migrations.AlterModelTable):
            found.append("renames what the running version still calls by its old name: add, copy, remove later")
        if isinstance(each, migrations.AddField) and of not in made and not _may_be_left_out(each.field):
            found.append(f"{of}.{each.name}: the running version inserts rows without it: give it null or db_default")
        if isinstance(each, migrations.AddField) and of in LARGE - made and each.field.generated:
            found.append(f"{of}.{each.name}: a column that the database derives has it write a large table anew")
        if (
            isinstance(each, migrations.AddIndex | migrations.AddConstraint)
            and of in LARGE - made
            and len(operations) > 1
        ):
            found.append(f"{of}: an index or a constraint over a large table stands in a migration of its own")
        if isinstance(each, migrations.RunSQL) and re.search(r"\block\s+table\b", str(each.sql), re.IGNORECASE):
            found.append("locks a table by hand")
    if any(isinstance(each, migrations.RunPython) and not _is_guard(each) for each in operations) and any(
        isinstance(each, TOUCHES_TABLES) for each in operations
    ):
        found.append("fills rows while it holds the tables it has changed: two migrations")
    return found


def _may_be_left_out(field: models.Field) -> bool:
    return field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED


def _is_guard(operation: migrations.RunPython) -> bool:
    """Whether it only makes the triggers of a ledger anew (trust/ledgers.py)."""
    return operation.code.__name__.startswith("guard")


OURS = {name for name in MigrationLoader(None).disk_migrations if name[0] in BEFORE}


def test_no_migration_after_the_first_upgrade_holds_anybody_up():
    made = MigrationLoader(None).disk_migrations
    wrong = {name: faults(made[name]) for name in sorted(OURS) if name[1] > BEFORE[name[0]]}
    assert {name: found for name, found in wrong.items() if found} == {}


def migration(*operations) -> migrations.Migration:
    made = migrations.Migration("x", "x")
    made.operations = list(operations)
    return made


def do_nothing(apps, editor):
    """Fill nothing."""


DERIVED = models.GeneratedField(expression=models.F("id"), output_field=models.BigIntegerField(), db_persist=True)
INDEX = migrations.AddIndex("delivery", models.Index(fields=["id"], name="i"))


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        ([migrations.RenameField("member", "name", "called")], "renames"),
        ([migrations.AddField("member", "hue", models.IntegerField(default=1))], "inserts rows without it"),
        ([INDEX, migrations.AddField("delivery", "hue", models.IntegerField(null=True))], "of its own"),
        ([migrations.AddField("delivery", "hue", DERIVED)], "anew"),
        ([migrations.RunSQL("LOCK TABLE a")], "by hand"),
        ([migrations.RunPython(do_nothing), migrations.AddField("a", "b", models.IntegerField(null=True))], "two"),
    ],
)
def test_the_rules_find_what_they_are_for(operations, says):
    assert says in " ".join(faults(migration(*operations)))


@pytest.mark.parametrize(
    "operations",
    [
        [INDEX],
        [migrations.AddField("member", "hue", models.IntegerField(db_default=1))],
        [migrations.CreateModel("delivery", [("id", models.BigAutoField(primary_key=True))]), INDEX],
        [migrations.RunPython(do_nothing)],
    ],
)
def test_the_rules_let_through_what_is_well(operations):
    assert faults(migration(*operations)) == []


def test_the_command_waits_for_a_table_for_seconds_only(monkeypatch):
    """The very statements, and the words where the time was over."""

    def blocked(self, *args, **options):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(migrate.Command, "handle", blocked)
    monkeypatch.setattr(connection, "vendor", "postgresql")
    said = []
    monkeypatch.setattr(connection, "cursor", lambda: _Cursor(said))
    with pytest.raises(CommandError, match="gave way"):
        call_command("migrate", verbosity=0)
    assert said == ["SET lock_timeout = '4s'", "RESET lock_timeout"] and "undone" in GAVE_WAY


class _Cursor:
    """Writes down what it is asked to do."""

    def __init__(self, said: list[str]) -> None:
        self.said = said

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def execute(self, sql: str) -> None:
        self.said.append(sql)


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_a_table_in_use_is_waited_for_and_then_left_alone(leeds, monkeypatch):
    """Somebody reads a long report; the migration gives way after its time and leaves the connection as it was."""
    from threading import Event, Thread

    from django.db import transaction

    from trust.management.commands import migrate as ours

    if connection.vendor != "postgresql":
        return  # SQLite has one writer and no such lock
    before = _lock_timeout()
    monkeypatch.setattr(ours, "SECONDS", 1)
    reading, done = Event(), Event()

    def read_for_long():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM trust_cap")
            reading.set()
            done.wait(20)
        connection.close()

    def alter(self, *args, **options):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE trust_cap ADD COLUMN hue integer")

    monkeypatch.setattr(ours.migrate.Command, "handle", alter)
    reader = Thread(target=read_for_long)
    reader.start()
    reading.wait(10)
    try:
        with pytest.raises(CommandError, match="gave way"):
            call_command("migrate", verbosity=0)
    finally:
        done.set()
        reader.join()
    assert _lock_timeout() == before


def _lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]
