"""Which column of a list says what: guessed from the headings, corrected by the manager."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lcep import site
from members.importing.reading import Sheet
from members.models import Member
from partnerships.models import Partnership

LEAVE = ""


@dataclass(frozen=True)
class Column:
    """Something a list can say of a person, and the headings under which programs write it."""

    key: str
    label: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Extra:
    """Columns an app above reads (through `site.import_columns`).

    wrong(values) -> str: what is wrong with one line's values, or ''; take(rows, by): write them down, where rows are
    pairs of member and values by key. Taking a line twice changes nothing.
    """

    columns: tuple[Column, ...]
    wrong: Callable[[dict[str, str]], str]
    take: Callable[[Iterable[tuple[Member, dict[str, str]]], Member | None], None]


OURS = (
    Column(
        "email",
        "E-mail address",
        ("email", "email address", "e-mail", "e-mail address", "e-mail 1 - value", "mail", "contact email"),
    ),
    Column("name", "Name", ("name", "full name", "contact name", "display name", "contact")),
    Column("first", "First name", ("first name", "given name", "forename", "fname")),
    Column("last", "Last name", ("last name", "family name", "surname", "lname")),
    Column(
        "organisation",
        "Organisation",
        (
            "organisation", "organization", "organisation name", "organization name", "organization 1 - name",
            "company", "school", "school name", "employer", "setting",
        ),
    ),
    Column("sector", "Sector", ("sector", "type of organisation")),
    Column("area", "Area", ("area", "ward", "borough", "district")),
    Column("status", "Subscribed or not", ("status", "subscribed", "email marketing status", "subscription status")),
    Column("asked_at", "When they signed up", ("optin_time", "opt-in time", "signed up", "date added")),
    Column("confirmed_at", "When they confirmed", ("confirm_time", "confirmed", "confirmation time")),
)  # fmt: skip


def extras(partnership: Partnership) -> list[Extra]:
    return [extra for part in site.import_columns for extra in part(partnership)]


def offered(partnership: Partnership) -> list[Column]:
    """Everything a column can mean, ours first."""
    return [*OURS, *(column for extra in extras(partnership) for column in extra.columns)]


def guessed(found: list[Sheet], partnership: Partnership) -> dict[str, str]:
    """Return what each heading probably means; each meaning once, the rest is left alone."""
    meanings: dict[str, str] = {}
    for sheet in found:
        for heading in sheet.header:
            if heading in meanings:
                continue
            plain = heading.casefold().strip()
            meant = next((one.key for one in offered(partnership) if plain in one.headings), LEAVE)
            meanings[heading] = LEAVE if meant in meanings.values() else meant
    if "email" not in meanings.values() and (heading := _with_addresses(found)):
        meanings[heading] = "email"
    return meanings


def _with_addresses(found: list[Sheet]) -> str:
    """The heading of the column with most addresses in its first hundred lines."""
    counts: dict[str, int] = {}
    for sheet in found:
        for _, cells in sheet.rows[:100]:
            for heading, cell in zip(sheet.header, cells, strict=False):
                counts[heading] = counts.get(heading, 0) + ("@" in cell)
    best: Any = max(counts, key=lambda heading: counts[heading], default="")
    return best if best and counts[best] else ""
