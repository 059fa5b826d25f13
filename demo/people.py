"""Who is in the story: invented people, what they chose, and where they sit."""

import hashlib
import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from demo.school_days import SchoolDays
from lcep.site import today
from members.models import Administration, Consent, Member, Membership, Suppression, Wording
from partnerships.models import Organisation, Partnership, Place, Region, Stewardship
from pods.models import Appointment, Group, GroupMembership

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
DAY = timedelta(days=1)
MONTH = 30 * DAY


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


def invent(name: str, **about: Any) -> Member:
    """Return the invented person with this name, made the first time."""
    member = Member.objects.welcome(address_of(name))
    for field, value in {"name": name, **about}.items():
        setattr(member, field, value)
    member.save(update_fields=["name", *about])
    return member


class MailingList:
    """The people of one partnership, and when they came, chose, paused and left."""

    def __init__(self, partnership: Partnership, days: SchoolDays, choices: dict[str, list[str]]) -> None:
        self.partnership, self.days, self.choices = partnership, days, choices
        self.wording = Wording.of(WORDING)
        self.areas = list(Place.objects.filter(inside=days.place).order_by("name")) or [days.place]

    def organisation(self, about: dict[str, Any]) -> Organisation:
        fields = {field: about[field] for field in ("sector", "phase", "line") if field in about}
        made, is_new = Organisation.objects.get_or_create(
            partnership=self.partnership, name=about["name"], defaults=fields | {"source": SOURCE}
        )
        if is_new:
            made.areas.add(*self._areas_of(made.name, made.sector))
        return made

    def put(self, name: str, *, before: date, sector: str = "", organisation: Organisation | None = None) -> Member:
        """Put a person on the list, some time before a day."""
        joined_at = self._joined_at(name, before)
        member = invent(name, sector=sector, organisation=organisation, joined_at=joined_at)
        member.areas.add(*(organisation.areas.all() if organisation else self._areas_of(name, sector)))
        membership = Membership.join(
            member, self.partnership, self._chosen(name), how=Consent.How.DEMO, wording=self.wording
        )
        self._date(membership, joined_at)
        self._go_on(name, membership)
        return member

    def _chosen(self, name: str) -> list[str]:
        listed = [CHOSEN[choice] for choice, names in self.choices.items() if choice in CHOSEN and name in names]
        return listed[0] if listed else EVERYTHING

    def _areas_of(self, name: str, sector: str) -> list[Place]:
        if sector in {"cultural", "local-authority", "music-hub", "higher", "funder"}:
            return [self.days.place]
        first = int(chance(name, "area") * len(self.areas))
        return self.areas[first : first + 1 + int(chance(name, "areas") * 2)]

    def _joined_at(self, name: str, before: date) -> datetime:
        """Some day of the last years, more of them lately, in working hours."""
        latest = min(before, today() - 2 * DAY)
        day = self.days.on_or_before(latest - DAY * int(900 * chance(name, "joined") ** 1.6))
        minutes = int(8 * 60 * chance(name, "minute"))
        return timezone.make_aware(datetime.combine(day, time(9))) + timedelta(minutes=minutes)

    def _date(self, membership: Membership, at: datetime) -> None:
        """Move a joining of just now to the day it is said to have happened."""
        since = {f"{purpose}_since": at for purpose in membership.chosen}
        Membership.objects.filter(pk=membership.pk).update(joined_at=at, **since)
        Consent.objects.filter(member=membership.member, partnership=self.partnership).update(at=at)

    def _go_on(self, name: str, membership: Membership) -> None:
        """Pause, leave, or stop being written to, if that is this person's story."""
        if name in self.choices.get("paused", []):
            membership.pause(self.days.on_or_after(today() + DAY * int(20 + 60 * chance(name, "pause"))))
        if name in self.choices.get("left", []):
            self._leave(membership, DAY * int(20 + 200 * chance(name, "left")))
        if name in self.choices.get("asked", []):
            reason, key = Suppression.Reason.ASKED, bytes(membership.member.key)
            Suppression.add(key, reason, self.partnership)
            Suppression.objects.of(key, self.partnership).update(at=timezone.now() - 100 * DAY)

    def _leave(self, membership: Membership, ago: timedelta) -> None:
        day = self.days.on_or_before(today() - ago)
        at = timezone.make_aware(datetime.combine(day, time(12, 20)))
        membership.leave(how=Consent.How.DEMO)
        Membership.objects.filter(pk=membership.pk).update(left_at=at)
        Consent.objects.filter(member=membership.member, partnership=self.partnership, given=False).update(at=at)


class Leeds:
    """LeedsCEP at home here: its list, its manager, its groups."""

    def __init__(self, partnership: Partnership, days: SchoolDays) -> None:
        self.partnership, self.days = partnership, days
        self.people, self.groups = said("people"), said("groups")
        self.members: dict[str, Member] = {}

    def settle(self) -> None:
        self._fill_the_list()
        self._appoint_the_manager()
        self._seat("steering")
        self._seat("executive")
        for pod in self.groups["pod"]:
            self._fill(pod)

    def _fill_the_list(self) -> None:
        mailing_list = MailingList(self.partnership, self.days, self.people["choices"])
        earliest = self._earliest()
        for about in self.people["organisation"] + self.people["person"]:
            organisation = mailing_list.organisation(about) if "name" in about else None
            for name in about["people"]:
                self.members[name] = mailing_list.put(
                    name, before=earliest.get(name, today()), sector=about["sector"], organisation=organisation
                )

    def _earliest(self) -> dict[str, date]:
        """By when each person must have been on the list: before taking a seat, leading or joining a pod."""
        by: dict[str, date] = {"Dee Marigold": today() - 26 * MONTH}
        seats = (
            self.groups["steering"]["members"] + self.groups["steering"]["former"] + self.groups["executive"]["members"]
        )
        for seat in seats + [leader for pod in self.groups["pod"] for leader in pod["leaders"]]:
            since = today() - (seat["months"] + 2) * MONTH
            by[seat["name"]] = min(since, by.get(seat["name"], since))
        for pod in self.groups["pod"]:
            for name in pod["members"] + pod["former"]:
                by.setdefault(name, today() - 7 * MONTH)
        gone = self.people["choices"]["left"] + self.people["choices"]["asked"] + list(self.people["bounces"])
        for name in gone:
            by.setdefault(name, today() - 14 * MONTH)
        return by

    def _appoint_the_manager(self) -> None:
        stewardship = Stewardship.appoint(self.members["Dee Marigold"], self.partnership)
        since = self.days.on_or_before(today() - 25 * MONTH)
        Stewardship.objects.filter(pk=stewardship.pk).update(from_on=since)

    def _seat(self, kind: str) -> None:
        """Fill an appointed group; who sat there before stays as history."""
        group = self.partnership.groups.get(kind=kind, until_on=None)
        for seat in self.groups[kind].get("former", []):
            until_on = self.days.on_or_before(today() - seat["ended_months"] * MONTH)
            self._appoint(group, seat).step_down(until_on, seat["reason"])
        for seat in self.groups[kind]["members"]:
            self._appoint(group, seat)

    def _appoint(self, group: Group, seat: dict[str, Any]) -> Appointment:
        since = self.days.on_or_before(today() - seat["months"] * MONTH)
        ends = since + timedelta(days=round(365.25 * seat["years"])) if "years" in seat else None
        return Appointment.appoint(
            self.members[seat["name"]],
            group,
            seat.get("role", Appointment.Role.MEMBER),
            since=since,
            term_ends=ends,
            line=seat.get("line", ""),
            is_public=group.kind == Group.Kind.STEERING,
        )

    def _fill(self, pod: dict[str, Any]) -> None:
        group = self.partnership.groups.get(kind=Group.Kind.POD, priority__position=pod["position"], until_on=None)
        for leader in pod["leaders"]:
            self._belong(group, leader["name"], today() - (leader["months"] + 1) * MONTH)
            self._appoint(group, leader | {"role": Appointment.Role.LEAD})
        for name in pod["members"] + pod["former"]:
            self._belong(group, name, today() - DAY * int(50 + 140 * chance(name, group.slug)))
        for name in pod["former"]:
            group.leave(self.members[name])
            left_on = self.days.on_or_before(today() - DAY * int(5 + 30 * chance(name, "left")))
            GroupMembership.objects.filter(group=group, member=self.members[name]).update(left_on=left_on)

    def _belong(self, group: Group, name: str, since: date) -> None:
        membership = group.join(self.members[name])
        GroupMembership.objects.filter(pk=membership.pk).update(joined_on=self.days.on_or_before(since))


class Northvale:
    """A second, small partnership, and its manager."""

    def __init__(self) -> None:
        self.said = said("northvale")

    def place(self) -> Place:
        region = Region.objects.get(slug="elsewhere")
        fields = {"name": self.said["place"], "kind": Place.Kind.DISTRICT, "region": region, "source": SOURCE}
        return Place.objects.get_or_create(slug=self.said["slug"], defaults=fields)[0]

    def settle(self, days: SchoolDays) -> Partnership:
        partnership, _ = Partnership.objects.get_or_create(
            slug=self.said["slug"],
            defaults={field: self.said[field] for field in ("name", "summary", "about", "postal_identity")}
            | {"status": Partnership.Status.RUNNING, "region": days.place.region, "source": SOURCE},
        )
        partnership.places.add(days.place)
        mailing_list = MailingList(partnership, days, choices={})
        for name in self.said["people"]:
            mailing_list.put(name, before=today() - 2 * MONTH)
        manager = Member.objects.get(email=address_of(self.said["people"][0]))
        Stewardship.appoint(manager, partnership)
        return partnership


def appoint_the_keepers() -> None:
    """The two of the cast who are on no list: an administrator, and whoever keeps London's listings."""
    keys = {role["key"]: role["person"] for role in said("cast")["role"]}
    Administration.appoint(invent(keys["fay"]))
    Stewardship.appoint(invent(keys["hal"]), Region.objects.get(slug="london"))
