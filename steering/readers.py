"""Who hears of what concerns a group's table."""

from members.models import Member
from partnerships.models import Stewardship
from pods.models import Appointment, Group


def chairs_of(group: Group) -> list[Member]:
    rows = Appointment.objects.current().filter(group=group, role=Appointment.Role.CHAIR, member__erased_at=None)
    return [row.member for row in rows.select_related("member")]


def readers_of(group: Group) -> list[Member]:
    """The chair, and the managers of the partnership; of the Executive, its chair alone."""
    if group.kind == Group.Kind.EXECUTIVE:
        return chairs_of(group)
    held = Stewardship.objects.current().filter(partnership=group.partnership_id, member__erased_at=None)
    managers = {row.member for row in held.select_related("member")}
    return sorted(managers | set(chairs_of(group)), key=lambda member: member.pk)
