"""Nobody holds a role twice on one day, and a group has one chair: the database itself refuses terms that overlap.

The rules over open rows (`one_open_chair`) do not see a row whose last day lies ahead. PostgreSQL has exclusion
constraints for this; on SQLite triggers do the same. There a migration that alters the table makes it anew and loses
its triggers: such a migration ends with `guard`, and a test looks.
"""

from datetime import date
from typing import Any

TABLE = "pods_appointment"
CHAIR = "Somebody else chairs the group on one of these days"
TWICE = "They hold this role on one of these days already"

_LASTS = "daterange(since, until_on, '[]') WITH &&"
_GROUP = "int8range(group_id, group_id, '[]') WITH &&"  # a range of one number: btree_gist need not be installed
_MEMBER = "int8range(member_id, member_id, '[]') WITH &&"
_ROLE = "int8range(hashtext(role), hashtext(role), '[]') WITH &&"
POSTGRESQL = {
    f"{TABLE}_one_chair": f"({_GROUP}, {_LASTS}) WHERE (role = 'chair' AND taken_back_on IS NULL)",
    f"{TABLE}_once": f"({_GROUP}, {_MEMBER}, {_ROLE}, {_LASTS}) WHERE (taken_back_on IS NULL)",
}
_MET = (
    "SELECT 1 FROM {table} held WHERE held.id IS NOT NEW.id AND held.taken_back_on IS NULL "
    "AND held.group_id = NEW.group_id AND {same} "
    "AND (held.until_on IS NULL OR held.until_on >= NEW.since) "
    "AND (NEW.until_on IS NULL OR NEW.until_on >= held.since)"
)
_RULES = {
    "one_chair": ("NEW.role = 'chair' AND held.role = 'chair'", CHAIR),
    "once": ("held.role = NEW.role AND held.member_id = NEW.member_id", TWICE),
}
SQLITE = {
    f"{TABLE}_{rule}_{verb.lower()}": (
        f"CREATE TRIGGER {TABLE}_{rule}_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"WHEN NEW.taken_back_on IS NULL AND EXISTS ({_MET.format(table=TABLE, same=same)}) "
        f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
    )
    for rule, (same, says) in _RULES.items()
    for verb in ("INSERT", "UPDATE")
}


def guard(connection: Any) -> None:
    """Make the rules, anew where they are. Idempotent."""
    unguard(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in SQLITE.values():
                cursor.execute(statement)
        else:
            for name, rule in POSTGRESQL.items():
                cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} EXCLUDE USING gist {rule}")


def unguard(connection: Any) -> None:
    """Take the rules away: for a migration that alters the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for name in POSTGRESQL:
                cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {name}")


def meet(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two terms (first day, last day or None) share a day."""
    (begins, ends), (begins_too, ends_too) = one, other
    return (ends is None or ends >= begins_too) and (ends_too is None or ends_too >= begins)
