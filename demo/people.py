"""Who sits where in the story: the manager, the groups, the second partnership, those who keep the site."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from demo.mailing_list import SOURCE, MailingList, Person, chance, invent, said
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from members.models import Administration, Member
from partnerships.models import Partnership, Place, Region, Stewardship
from pods.models import Appointment, Group, GroupMembership

MONTH = 30 * DAY


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
        organisations = mailing_list.organisations(self.people["organisation"])
        earliest = self._earliest()
        self.members = mailing_list.fill(
            [
                mailing_list.person(
                    name,
                    before=earliest.get(name, today()),
                    sector=about["sector"],
                    organisation=organisations.get(about.get("name", "")),
                )
                for about in self.people["organisation"] + self.people["person"]
                for name in about["people"]
            ]
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
            | {"status": Partnership.Status.RUNNING, "region": days.place.region}
            | {"source": SOURCE, "last_confirmed_on": today()},
        )
        partnership.places.add(days.place)
        mailing_list = MailingList(partnership, days, choices={})
        people = [mailing_list.person(name, before=today() - 2 * MONTH) for name in self.said["people"]]
        members = mailing_list.fill(people)
        Stewardship.appoint(members[people[0].name], partnership)
        return partnership


def appoint_the_keepers() -> None:
    """The two of the cast who are on no list: an administrator, and whoever keeps London's listings."""
    keys = {role["key"]: role["person"] for role in said("cast")["role"]}
    fay, hal = invent([Person(keys[key], timezone.now() - 14 * MONTH) for key in ("fay", "hal")])
    Administration.appoint(fay)
    Stewardship.appoint(hal, Region.objects.get(slug="london"))
