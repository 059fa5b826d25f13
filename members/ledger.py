"""The ledger of consents is append-only in the database itself: a trigger refuses every change and every deletion.

Code that would rewrite what somebody agreed to fails, however it reaches the table. On SQLite a migration that
alters the table makes it anew and loses its triggers: such a migration ends with `guard`, and a test looks.
"""

from typing import Any

TABLE = "members_consent"
SAYS = "Consents are only ever added"

SQLITE = {
    f"{TABLE}_{verb.lower()}": (
        f"CREATE TRIGGER {TABLE}_{verb.lower()} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    )
    for verb in ("UPDATE", "DELETE")
}
POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}",
    f"CREATE TRIGGER {TABLE}_kept BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
)


def guard(connection: Any) -> None:
    """Make the triggers, anew where they are. Emptying a whole database (TRUNCATE) is the owner's to do."""
    unguard(connection)
    with connection.cursor() as cursor:
        for statement in SQLITE.values() if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)


def unguard(connection: Any) -> None:
    """Take the triggers away: for a migration that alters the table, and for tests that empty it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}")
