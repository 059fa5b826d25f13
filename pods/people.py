"""Who is in a group, as those inside see it: names, organisations and roles, never an address."""

from dataclasses import dataclass, field

from members.models import Member
from pods.models import Appointment, Group

FIRST = [Appointment.Role.CHAIR, Appointment.Role.LEAD, Appointment.Role.VICE]


@dataclass
class Person:
    member: Member
    roles: list[str] = field(default_factory=list)
    line: str = ""
    place: int = len(FIRST)

    @property
    def name(self) -> str:
        return self.member.name or "Somebody who gave no name"

    @property
    def organisation(self) -> str:
        return str(self.member.organisation or "")


def named_in_public(group: Group) -> list[Appointment]:
    """Those who hold a role in an appointed group today and agreed to be named: the chair first, then by name."""
    agreed = group.appointments.current().filter(is_public=True, member__erased_at=None).exclude(member__name="")
    return sorted(
        agreed.select_related("member__organisation"),
        key=lambda row: (_place(row.role), row.member.name.casefold()),
    )


def people_in(group: Group) -> list[Person]:
    """Everybody who belongs to the group or holds a role in it today: chair and leads first, then by name."""
    people: dict[int, Person] = {}
    belonging = group.memberships.current().filter(member__erased_at=None)
    for row in belonging.select_related("member__organisation"):
        people[row.member_id] = Person(row.member)
    holding = group.appointments.current().filter(member__erased_at=None)
    for row in holding.select_related("member__organisation"):
        person = people.setdefault(row.member_id, Person(row.member))
        if row.role != Appointment.Role.MEMBER:
            person.roles.append(row.get_role_display())
        person.line = person.line or row.line
        person.place = min(person.place, _place(row.role))
    return sorted(people.values(), key=lambda person: (person.place, not person.member.name, person.name.casefold()))


def _place(role: str) -> int:
    return [*FIRST, role].index(role)
