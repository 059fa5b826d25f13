"""The dry run: what would become of every line, and why; nothing changes."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime

from members.importing.columns import Extra, extras
from members.importing.reading import Sheet
from members.models import Arrival, Member, Membership, Suppression
from members.spreadsheets import restored
from partnerships.models import Partnership, Place
from partnerships.models.organisations import Sector
from trust.addresses import as_written, compared, key_of
from trust.text import one_line

NEW, HERE, OUT, TWICE, REFUSED = "new", "here", "out", "twice", "refused"
IN_WORDS = {
    NEW: "will be put on the list",
    HERE: "are on the list already",
    OUT: "stay out",
    TWICE: "stand in it twice",
    REFUSED: "cannot be taken",
}
GONE = {"unsubscribed", "unsubscribe", "cleaned", "bounced", "no", "opted out", "opt out", "removed", "unconfirmed"}
ADDRESS = re.compile(r"<([^<>]+@[^<>]+)>\s*$")


@dataclass
class Line:
    """One person in the list. `why` says what keeps them out or what is worth knowing."""

    number: int
    sheet: str
    cells: list[str]
    email: str = ""
    mail_to: str = ""
    key: bytes = b""
    name: str = ""
    organisation: str = ""
    sector: str = ""
    area: int | None = None
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    more: dict[str, str] = field(default_factory=dict)
    outcome: str = NEW
    why: str = ""
    gone: str = ""  # what the file says: "left", "bounced" or ''


class Report:
    """What would become of a list for a partnership: `lines` in order, `counts` by outcome."""

    def __init__(self, found: list[Sheet], columns: dict[str, str], partnership: Partnership) -> None:
        self.partnership, self.columns = partnership, columns
        self.extras: list[Extra] = extras(partnership)
        self.areas = _areas(partnership)
        self.sectors = {word.casefold(): value for value, label in Sector.choices for word in (value, label)}
        self.lines = list(self._read(found))
        self._twice()
        self._known()
        self.counts = Counter(line.outcome for line in self.lines)

    @property
    def is_readable(self) -> bool:
        return "email" in self.columns.values()

    def of(self, outcome: str) -> list[Line]:
        return [line for line in self.lines if line.outcome == outcome]

    def _read(self, found: list[Sheet]) -> Iterator[Line]:
        for sheet in found:
            meant = [self.columns.get(heading, "") for heading in sheet.header]
            for number, cells in sheet.rows:
                said = {key: restored(cell.strip()) for key, cell in zip(meant, cells, strict=False) if key}
                yield self._line(Line(number, sheet.name, cells), said, sheet.standing)

    def _line(self, line: Line, said: dict[str, str], standing: str) -> Line:
        name = said.get("name") or f"{said.get('first', '')} {said.get('last', '')}"
        line.name = one_line(name)[:80].strip()
        line.organisation = one_line(said.get("organisation", ""))[:160].strip()
        line.sector = self.sectors.get(said.get("sector", "").casefold(), "")
        line.area = self.areas.get(said.get("area", "").casefold())
        line.asked_at, line.confirmed_at = _moment(said.get("asked_at", "")), _moment(said.get("confirmed_at", ""))
        ours = {
            "email",
            "name",
            "first",
            "last",
            "organisation",
            "sector",
            "area",
            "status",
            "asked_at",
            "confirmed_at",
        }
        line.more = {key: one_line(value) for key, value in said.items() if key not in ours and value}
        self._address(line, said.get("email", ""))
        status = said.get("status", "").casefold()
        if line.outcome == NEW and (standing in GONE or status in GONE):
            line.gone = "bounced" if "cleaned" in (standing, status) or status == "bounced" else "left"
            line.outcome = OUT
            line.why = (
                "the file says the address does not work" if line.gone == "bounced" else "the file says they left"
            )
        if line.outcome == NEW:
            line.why = "; ".join(wrong for extra in self.extras if (wrong := extra.wrong(line.more)))
        return line

    def _address(self, line: Line, written: str) -> None:
        """Take "Ada Lovelace <ada@example.org>" apart too, as address books write it."""
        inside = ADDRESS.search(written)
        if inside:
            line.name = line.name or one_line(written[: inside.start()].strip(' "'))[:80]
            written = inside.group(1)
        written = written.removeprefix("mailto:").strip()
        try:
            line.email, line.mail_to = compared(written), as_written(written)
            line.key = key_of(line.email)
        except ValidationError as error:
            line.outcome = REFUSED
            line.why = "there is no e-mail address" if not written else " ".join(error.messages)

    def _twice(self) -> None:
        """The first line of an address counts, and what any line says against writing to it."""
        first: dict[str, Line] = {}
        for line in self.lines:
            if line.outcome == REFUSED:
                continue
            before = first.setdefault(line.email, line)
            if before is line:
                continue
            if line.gone and not before.gone:
                before.outcome, before.why, before.gone = OUT, line.why, line.gone
            line.outcome, line.why = TWICE, f"the address stands on line {before.number} already"
            line.gone = ""

    def _known(self) -> None:
        """Compare with who is here: on the list, left it, or not to be written to."""
        addresses = [line.email for line in self.lines if line.outcome == NEW]
        members: dict[str, int] = {}
        current: set[int] = set()
        left: dict[int, datetime] = {}
        blocked: dict[bytes, str] = {}
        for start in range(0, len(addresses), 500):
            part = addresses[start : start + 500]
            members |= dict(Member.objects.filter(email__in=part).values_list("email", "pk"))
            of_list = Q(partnership=None) | Q(partnership=self.partnership)
            rows = Suppression.objects.filter(of_list, key__in=[key_of(address) for address in part])
            blocked |= {bytes(key): reason for key, reason in rows.values_list("key", "reason")}
        taken_back = Arrival.objects.filter(membership=OuterRef("pk"), importing__undone_at__isnull=False)
        memberships = Membership.objects.filter(~Exists(taken_back), partnership=self.partnership)
        for member, left_at in memberships.values_list("member", "left_at"):
            if left_at is None:
                current.add(member)
            else:
                left[member] = left_at
        for line in self.lines:
            if line.outcome != NEW:
                continue
            known = members.get(line.email)
            if line.key in blocked:
                line.outcome, line.why = OUT, Suppression.Reason(blocked[line.key]).label
            elif known in current:
                line.outcome = HERE
            elif known in left:
                line.outcome, line.why = OUT, f"left this list on {localtime(left[known]):%-d %B %Y}"


def _areas(partnership: Partnership) -> dict[str, int]:
    own = partnership.places.all()
    near = Place.objects.filter(Q(pk__in=own) | Q(inside__in=own))
    return {name.casefold(): pk for name, pk in near.values_list("name", "pk")}


def _moment(text: str) -> datetime | None:
    """A time as Mailchimp writes it ("2019-03-12 09:15:22", in UTC), or nothing."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if datetime(1990, 1, 1, tzinfo=UTC) < moment < datetime.now(UTC) else None
