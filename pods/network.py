"""Who of a partnership agreed to be named, and the groups they work in: for its public network page."""

from dataclasses import dataclass, field

from lcep.site import today
from members.models import Member, Membership
from partnerships.models import Organisation, Partnership
from pods.models import Appointment, Group, GroupMembership


@dataclass
class Named:
    """A person, or an organisation, with the public groups they work in, in the groups' own order."""

    who: Member | Organisation
    groups: list[Group] = field(default_factory=list)


class Network:
    """The people and the organisations of one partnership, counted apart. Six queries, however many there are.

    A person is shown while the list and their own yes last. Groups are the public ones of this
    partnership; a seat in an appointed group is shown only to whom it was agreed to be public. The
    Executive is never among them.
    """

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        self.people = self._people()
        self.organisations = self._organisations()

    def __bool__(self) -> bool:
        return bool(self.people or self.organisations)

    def _people(self) -> list[Named]:
        shown = Membership.objects.shown().filter(partnership=self.partnership)
        people = {row.member_id: Named(row.member) for row in shown.select_related("member__organisation")}
        members = self._in_groups()
        for group in Group.objects.public().current().filter(partnership=self.partnership):
            group.partnership = self.partnership
            for member in members.get(group.pk, set()) & people.keys():
                people[member].groups.append(group)
        return sorted(people.values(), key=lambda named: named.who.name.casefold())

    def _organisations(self) -> list[Named]:
        """Those that agreed; they work in the groups of their people who agreed to be named."""
        agreed = Organisation.objects.filter(partnership=self.partnership, agreed_on__lte=today())
        found = {row.pk: Named(row) for row in agreed}
        for person in self.people:
            if of := found.get(person.who.organisation_id or 0):
                of.groups += [group for group in person.groups if group not in of.groups]
        return sorted(found.values(), key=lambda named: named.who.name.casefold())

    def _in_groups(self) -> dict[int, set[int]]:
        """The members in each open group, and in each appointed one who agreed to be named there, by its id."""
        held = Appointment.objects.current().filter(group__partnership=self.partnership)
        public = held.filter(is_public=True) | held.filter(group__joining=Group.Joining.OPEN)
        belonging = GroupMembership.objects.current().filter(group__partnership=self.partnership)
        found: dict[int, set[int]] = {}
        for rows in (public, belonging):
            for group, member in rows.values_list("group", "member"):
                found.setdefault(group, set()).add(member)
        return found
