"""The people on the list of a partnership, all of them invented."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from demo.school_days import DAY, SchoolDays
from lcep.site import today
from members.models import Consent, Member, Membership, Suppression, Wording
from partnerships.models import Organisation, Partnership, Place
from trust.addresses import key_of

DATA = Path(__file__).parent / "data"
SOURCE = "Invented for the demonstration"
WORDING = "An invented choice of an invented person. Nobody was asked, and nobody real is on this list."
EVERYTHING = ["newsletter", "notices", "events"]
CHOSEN = {
    "newsletter_only": ["newsletter"],
    "newsletter_and_events": ["newsletter", "events"],
    "events_only": ["events"],
    "nothing_for_now": [],
}
CITYWIDE = {"cultural", "local-authority", "music-hub", "higher", "funder"}


@cache
def said(name: str) -> dict[str, Any]:
    """Return what a data file of the story says."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def address_of(name: str) -> str:
    """Return the address of an invented person. The cast have short ones."""
    keys = {role["person"]: role["key"] for role in said("cast")["role"]}
    return f"{keys.get(name) or '.'.join(name.lower().split())}@example.org"


def chance(*words: str) -> float:
    """Return a number from 0 to 1 that looks like chance and is the same every time."""
    digest = hashlib.sha256("/".join(words).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


@dataclass
class Person:
    """Somebody invented, and how they came to the list of a partnership."""

    name: str
    joined_at: datetime
    sector: str = ""
    organisation: Organisation | None = None
    areas: list[Place] = field(default_factory=list)
    chosen: list[str] = field(default_factory=lambda: list(EVERYTHING))
    paused_until: date | None = None
    left_at: datetime | None = None

    @property
    def email(self) -> str:
        return address_of(self.name)


class MailingList:
    """The people of one partnership, and when they came, chose, paused and left.

    Written in bulk, as the verbs of Member and Membership would leave it: a hundred people one by one are
    five thousand statements.
    """

    def __init__(self, partnership: Partnership, days: SchoolDays, choices: dict[str, list[str]]) -> None:
        self.partnership, self.days, self.choices = partnership, days, choices
        self.wards = list(Place.objects.filter(inside=days.place).order_by("name")) or [days.place]

    def organisations(self, said_of: list[dict[str, Any]]) -> dict[str, Organisation]:
        """Make the organisations of these descriptions and return them by name."""
        rows = [
            Organisation(
                partnership=self.partnership,
                name=about["name"],
                sector=about["sector"],
                phase=about.get("phase", ""),
                line=about["line"],
                source=SOURCE,
            )
            for about in said_of
        ]
        Organisation.objects.bulk_create(rows, ignore_conflicts=True)
        made = {row.name: row for row in Organisation.objects.filter(partnership=self.partnership)}
        _connect(Organisation.areas, {row: self.areas(row.name, row.sector) for row in made.values()})
        return made

    def person(self, name: str, *, before: date, sector: str = "", organisation: Organisation | None = None) -> Person:
        """Say how somebody came to the list, some time before a day, and what they did since."""
        person = Person(name, self._joined_at(name, before), sector, organisation)
        person.areas = self.areas(organisation.name if organisation else name, sector)
        listed = [CHOSEN[choice] for choice, names in self.choices.items() if choice in CHOSEN and name in names]
        person.chosen = listed[0] if listed else person.chosen
        if name in self.choices.get("paused", []):
            person.paused_until = self.days.on_or_after(today() + DAY * int(20 + 60 * chance(name, "pause")))
        if name in self.choices.get("left", []):
            day = self.days.on_or_before(today() - DAY * int(20 + 200 * chance(name, "left")))
            person.left_at = timezone.make_aware(datetime.combine(day, time(12, 20)))
        return person

    def areas(self, name: str, sector: str) -> list[Place]:
        """The whole city, or a ward or two."""
        if sector in CITYWIDE:
            return [self.days.place]
        first = int(chance(name, "area") * len(self.wards))
        return self.wards[first : first + 1 + int(chance(name, "areas") * 2)]

    def fill(self, people: list[Person]) -> dict[str, Member]:
        """Put people on the list and return them by name. Who is on it already stays as they are."""
        members = {person.name: member for person, member in zip(people, invent(people), strict=True)}
        there = set(Membership.objects.current().filter(partnership=self.partnership).values_list("member", flat=True))
        new = [person for person in people if members[person.name].pk not in there]
        Membership.objects.bulk_create(self._membership(members[person.name], person) for person in new)
        wording = Wording.of(WORDING)
        for given in (True, False):
            Consent.objects.bulk_create(
                Consent(
                    member=members[person.name],
                    partnership=self.partnership,
                    purpose=purpose,
                    given=given,
                    how=Consent.How.DEMO,
                    wording=wording if given else None,
                    at=person.joined_at if given else person.left_at,
                )
                for person in new
                for purpose in person.chosen
                if given or person.left_at
            )
        for name in self.choices.get("asked", []):
            self._stop_writing_to(members[name])
        return members

    def _joined_at(self, name: str, before: date) -> datetime:
        """Some day of the last years, more of them lately, in working hours."""
        latest = min(before, today() - 2 * DAY)
        day = self.days.on_or_before(latest - DAY * int(900 * chance(name, "joined") ** 1.6))
        minutes = int(8 * 60 * chance(name, "minute"))
        return timezone.make_aware(datetime.combine(day, time(9))) + timedelta(minutes=minutes)

    def _membership(self, member: Member, person: Person) -> Membership:
        chosen = [] if person.left_at else person.chosen
        return Membership(
            member=member,
            partnership=self.partnership,
            joined_at=person.joined_at,
            left_at=person.left_at,
            paused_until=person.paused_until,
            **{f"{purpose}_since": person.joined_at for purpose in chosen},
        )

    def _stop_writing_to(self, member: Member) -> None:
        Suppression.add(bytes(member.key), Suppression.Reason.ASKED, self.partnership)
        Suppression.objects.of(bytes(member.key), self.partnership).update(at=timezone.now() - 100 * DAY)


def invent(people: list[Person]) -> list[Member]:
    """Make the members of these descriptions, as `Member.objects.welcome` would; who exists is left as they are."""
    emails = [person.email for person in people]
    there = Member.objects.in_bulk(emails, field_name="email")
    rows = [_row(person) for person in people if person.email not in there]
    Member.objects.bulk_create(rows)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=row, email=row.email, verified=True, primary=True) for row in rows
    )
    made = Member.objects.in_bulk(emails, field_name="email")
    _connect(Member.areas, {made[person.email]: person.areas for person in people if person.email not in there})
    return [made[email] for email in emails]


def _row(person: Person) -> Member:
    row = Member(
        email=person.email,
        mail_to=person.email,
        key=key_of(person.email),
        name=person.name,
        sector=person.sector,
        organisation=person.organisation,
        joined_at=person.joined_at,
    )
    row.set_unusable_password()
    return row


def _connect(many: Any, wanted: dict[Any, list[Place]]) -> None:
    """Write the rows of a many-to-many to places."""
    near = many.through._meta.model_name.removesuffix("_areas")
    rows = [many.through(**{near: row, "place": place}) for row, places in wanted.items() for place in places]
    many.through.objects.bulk_create(rows, ignore_conflicts=True)
