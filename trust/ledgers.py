"""Tables whose rows stay as they were written: the database itself refuses, however a change reaches the table.

    CONSENTS = Ledger("members_consent", "Consents are only ever added")

A migration that makes the table, or alters it, ends with `guard`: SQLite makes an altered table anew, without its
triggers (a test looks). Emptying a whole database (TRUNCATE) is its owner's to do.
"""

from dataclasses import dataclass
from typing import Any

KEPT: list["Ledger"] = []


@dataclass(frozen=True)
class Ledger:
    """No row of `table` is deleted; none is changed, or, where `frozen` names columns, none of those.

    `unless` is a condition of SQL on OLD and NEW under which a change of the other columns is refused too.
    Whoever tries hears IntegrityError with `says`.
    """

    table: str
    says: str
    frozen: tuple[str, ...] = ()
    unless: str = ""

    def __post_init__(self) -> None:
        KEPT.append(self)

    def guard(self, connection: Any) -> None:
        """Make the triggers, anew where they are."""
        self.unguard(connection)
        make = self._sqlite if connection.vendor == "sqlite" else self._postgresql
        with connection.cursor() as cursor:
            for statement in make():
                cursor.execute(statement)

    def unguard(self, connection: Any) -> None:
        """Take the triggers away: for a migration that alters the table, and for tests that empty it."""
        with connection.cursor() as cursor:
            for verb in ("update", "delete"):
                on = "" if connection.vendor == "sqlite" else f" ON {self.table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {self.table}_{verb}{on}")

    def _refused(self, differs: str) -> str:
        """Write the condition under which a change is refused; empty: always."""
        conditions = [f"NEW.{column} {differs} OLD.{column}" for column in self.frozen]
        return " OR ".join([*conditions, *([self.unless] if self.unless else [])])

    def _sqlite(self) -> list[str]:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{self.says}'); END"
        refused = self._refused("IS NOT")
        when = f"WHEN {refused} " if refused else ""
        return [
            f"CREATE TRIGGER {self.table}_update BEFORE UPDATE ON {self.table} {when}{refuse}",
            f"CREATE TRIGGER {self.table}_delete BEFORE DELETE ON {self.table} {refuse}",
        ]

    def _postgresql(self) -> list[str]:
        refuse = f"RAISE EXCEPTION '{self.says}' USING ERRCODE = 'integrity_constraint_violation'"
        refused = self._refused("IS DISTINCT FROM")
        when = f"WHEN ({refused}) " if refused else ""
        return [
            f"CREATE OR REPLACE FUNCTION {self.table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {refuse}; END $$",
            f"CREATE TRIGGER {self.table}_update BEFORE UPDATE ON {self.table} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION {self.table}_refuse()",
            f"CREATE TRIGGER {self.table}_delete BEFORE DELETE ON {self.table} FOR EACH ROW "
            f"EXECUTE FUNCTION {self.table}_refuse()",
        ]
