"""What steering writes once stays as it was written: the database refuses every change and every deletion.

Updates of the plan are only ever added; one thing alone may happen to them later, because a name may have slipped in:
their words are taken out, for the phrase `TAKEN_OUT` and no other. A book of evidence keeps its figures and its period.
"""

from typing import Any

from trust.ledgers import Ledger

TAKEN_OUT = "These words were taken out."
UPDATES = Ledger(
    "steering_planupdate",
    "Updates of the plan are only ever added",
    frozen=("id", "action_id", "at", "state", "due_on", "by_id"),
    unless=f"NEW.text <> '{TAKEN_OUT}'",
)
BOOKS = Ledger(
    "steering_evidencebook",
    "A book of evidence stays as it was made",
    frozen=("id", "partnership_id", "title", "first_on", "last_on", "made_at", "figures"),
)


def guard(connection: Any) -> None:
    """Make the triggers of both tables, anew where they are."""
    for ledger in (UPDATES, BOOKS):
        ledger.guard(connection)


def unguard(connection: Any) -> None:
    """Take them away: for a migration that alters one of the tables."""
    for ledger in (UPDATES, BOOKS):
        ledger.unguard(connection)
