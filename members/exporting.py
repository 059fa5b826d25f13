"""What a manager takes out of the site: the people of one list, their consents, and who is not written to."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from lcep import site
from members import emails, spreadsheets
from members.models import Consent, Member, Membership, Purpose, Suppression
from partnerships.models import Partnership
from trust.models import Entry


class What(models.TextChoices):
    PEOPLE = "people", "The people on the list"
    CONSENTS = "consents", "What each agreed to, and when"
    SUPPRESSION = "suppression", "Addresses nobody writes to (scrambled)"


class Form(models.TextChoices):
    CSV = "csv", "A spreadsheet (CSV)"
    JSON = "json", "JSON, for a machine"


def export(partnership: Partnership, what: str, form: str, by: Member) -> bytes:
    """Return the file, write down that it was made, and tell who chairs the partnership."""
    header, rows = HEADERS[what], list(ROWS[what](partnership))
    with transaction.atomic():
        Entry.record(f"exported {What(what).label.lower()}", partnership, by=by, rows=len(rows), form=form)
        for chair in _chairs(partnership, by):
            emails.exported(partnership, What(what).label, len(rows), by, chair).send()
    if form == Form.JSON:
        about = {"partnership": str(partnership), "made_at": _moment(timezone.now()), "what": What(what).label}
        listed = [dict(zip(header, row, strict=True)) for row in rows]
        return json.dumps(about | {"rows": listed}, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()
    return spreadsheets.written(header, rows)


def _chairs(partnership: Partnership, by: Member) -> list[Member]:
    found = {chair.pk: chair for part in site.chairs for chair in part(partnership) if chair.pk != by.pk}
    return list(found.values())


def _people(partnership: Partnership) -> Iterator[list[Any]]:
    rows = Membership.objects.current().filter(partnership=partnership, member__erased_at=None)
    rows = rows.select_related("member__organisation").prefetch_related("member__areas").order_by("joined_at", "pk")
    for row in rows:
        member = row.member
        since = [_moment(getattr(row, f"{purpose}_since")) for purpose in Purpose.values]
        areas = "; ".join(str(area) for area in member.areas.all())
        organisation = str(member.organisation or "")
        yield [
            member.mail_to, member.name, organisation, member.get_sector_display(), areas,
            _moment(row.joined_at), *since, row.paused_until and row.paused_until.isoformat(),
        ]  # fmt: skip


def _consents(partnership: Partnership) -> Iterator[list[Any]]:
    rows = Consent.objects.filter(partnership=partnership).select_related("member", "wording")
    for row in rows.iterator():
        address = row.member.mail_to if row.member.is_active else ""
        yield [
            row.member_id, address, row.get_purpose_display(), "yes" if row.given else "no", row.get_how_display(),
            _moment(row.at), _moment(row.asked_at), _moment(row.confirmed_at), row.wording_id,
            row.wording.text if row.wording else "",
        ]  # fmt: skip


def _suppression(partnership: Partnership) -> Iterator[list[Any]]:
    for row in Suppression.objects.filter(partnership=partnership).order_by("pk"):
        yield [bytes(row.key).hex(), row.get_reason_display(), _moment(row.at)]


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


HEADERS: dict[str, list[str]] = {
    What.PEOPLE: [
        "Email address", "Name", "Organisation", "Sector", "Area", "On the list since",
        "Newsletter since", "Short notices since", "Events since", "On pause until",
    ],
    What.CONSENTS: [
        "Person", "Address", "What", "Given", "How", "When", "Signed up elsewhere", "Confirmed elsewhere",
        "SHA-256 of the words", "Words",
    ],
    What.SUPPRESSION: ["Address, scrambled", "Why", "Since"],
}  # fmt: skip
ROWS: dict[str, Callable[[Partnership], Iterator[list[Any]]]] = {
    What.PEOPLE: _people,
    What.CONSENTS: _consents,
    What.SUPPRESSION: _suppression,
}
