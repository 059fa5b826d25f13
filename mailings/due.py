"""The next rows of a mailing that are due, and whether each may still be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from mailings.dialect import dialect
from members.models import Membership, Suppression

TOO_LATE = "Too late to be of use"


@dataclass(frozen=True)
class Errands:
    """A mailing as a run needs it."""

    id: int
    priority: int
    marketing: bool
    purpose: str
    partnership_id: int | None
    rendition_id: int
    is_late: bool


def few(limit: int) -> int:
    """Round down to one of few numbers: the database keeps a plan for each (a bound LIMIT would hide its size)."""
    return limit if limit < 8 else limit - limit % 8


def due_rows(mailing: Errands) -> tuple[str, Sequence[Any]]:
    """Return the WITH of `judged`: ids of the next due rows of a mailing and why, if at all, each is skipped.

    `{limit}` is left to be filled in. The rows are locked first, by a query on their table alone: with a join
    in the claiming UPDATE eight workers on PostgreSQL sent 61 mails for 50 rows. Only the locked ones are
    judged.
    """
    sql = dialect()
    blocked, blocked_by = _one(Suppression.objects.of(RawSQL("c.key", ()), mailing.partnership_id))
    reasons = ["WHEN c.address = '' THEN 'Asked to be forgotten'"]
    reasons.append(f"WHEN {blocked} THEN 'We do not write to this address'")
    params = [mailing.id, *blocked_by]
    if mailing.is_late:
        reasons.append(f"WHEN true THEN '{TOO_LATE}'")
    if mailing.marketing:
        chosen, chosen_by = _one(
            Membership.objects.receiving(mailing.purpose).filter(
                member_id=RawSQL("c.member_id", ()), partnership=mailing.partnership_id
            )
        )
        reasons.append(f"WHEN NOT {chosen} THEN 'Left the list, or chose not to get this'")
        params += chosen_by
    return (
        "WITH c AS MATERIALIZED (SELECT id, key, address, member_id FROM mailings_delivery "
        f"WHERE mailing_id = %s AND leaves_at <= {sql.now} "
        f"ORDER BY leaves_at, id LIMIT {{limit}}{sql.skip_locked}), "
        f"judged AS MATERIALIZED (SELECT c.id AS delivery, CASE {' '.join(reasons)} ELSE '' END AS why FROM c)"
    ), params


def _one(queryset: QuerySet) -> tuple[str, Sequence[Any]]:
    """Return the SQL of whether there is such a row: one look by an index for each row in hand.

    As EXISTS it is put to PostgreSQL once for all rows, which then reads the whole table for each hundred mails.
    """
    sql, params = queryset.order_by().values_list("pk")[:1].query.sql_with_params()
    return f"({sql}) IS NOT NULL", params
