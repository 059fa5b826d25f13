"""What steering writes once stays as it was written: triggers refuse every change and every deletion.

Updates of the plan are only ever added; one thing alone may happen to them later, because a name may have slipped in:
their words are taken out, for the phrase `TAKEN_OUT` and no other. A book of evidence keeps its figures and its period.
On SQLite a migration that alters one of these tables makes it anew and loses its triggers: it ends with `guard`.
"""

from typing import Any

TAKEN_OUT = "These words were taken out."
UPDATES, BOOKS = "steering_planupdate", "steering_evidencebook"
SAYS = {UPDATES: "Updates of the plan are only ever added", BOOKS: "A book of evidence stays as it was made"}
_FROZEN = {
    UPDATES: ("id", "action_id", "at", "state", "due_on", "by_id"),
    BOOKS: ("id", "partnership_id", "title", "first_on", "last_on", "made_at", "figures"),
}


def guard(connection: Any) -> None:
    """Make the triggers, anew where they are. Emptying a whole database (TRUNCATE) is the owner's to do."""
    unguard(connection)
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for table in SAYS:
            for statement in make(table):
                cursor.execute(statement)


def unguard(connection: Any) -> None:
    """Take the triggers away: for a migration that alters a table, and for tests that empty it."""
    with connection.cursor() as cursor:
        for table in SAYS:
            for verb in ("update", "delete"):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{verb}{on}")


def _refused(table: str) -> str:
    """The condition under which a change of a row is refused."""
    differs = "NEW.{0} IS NOT OLD.{0}"
    changed = " OR ".join(differs.format(column) for column in _FROZEN[table])
    return f"{changed} OR NEW.text <> '{TAKEN_OUT}'" if table == UPDATES else changed


def _sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SAYS[table]}'); END"
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} WHEN {_refused(table)} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
    ]


def _postgresql(table: str) -> list[str]:
    condition = _refused(table).replace(" IS NOT OLD.", " IS DISTINCT FROM OLD.")
    refuse = f"RAISE EXCEPTION '{SAYS[table]}' USING ERRCODE = 'integrity_constraint_violation'"
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$",
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) "
        f"EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    ]
