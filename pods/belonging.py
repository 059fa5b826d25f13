"""What belonging to a group means when a member is forgotten, or when two entries turn out to be one person."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least

from lcep.site import today
from members.models import Member
from partnerships.models import Partnership
from pods.models import Appointment, GroupMembership

FORGOTTEN = "Asked to be forgotten"


def forget(member: Member, keys: list[bytes]) -> None:
    """Leave every group and give up every role; what they wrote about themselves goes, the terms of office stay."""
    yesterday = today() - timedelta(days=1)
    member.group_memberships.current().update(left_on=today())
    member.wishes.update(words="")
    for held in member.appointments.filter(until_on=None):
        held.step_down(on=yesterday, reason=FORGOTTEN)
    ending = member.appointments.filter(until_on__gt=yesterday)
    ending.update(until_on=yesterday, since=Least(F("since"), Value(yesterday)))


def needed() -> QuerySet[Member]:
    """Members who belong to a group or hold a role today."""
    belongs = Q(pk__in=GroupMembership.objects.current().values("member"))
    return Member.objects.filter(belongs | Q(pk__in=Appointment.objects.current().values("member")))


def merge(kept: Member, gone: Member) -> None:
    """Let the kept entry belong to the groups, and hold the roles, of the one that goes."""
    with transaction.atomic():
        for row in gone.group_memberships.current().select_related("group"):
            row.group.join(kept)
        gone.group_memberships.current().update(left_on=today())
        for held in gone.appointments.filter(until_on=None).select_related("group"):
            role, since, ends, is_public, line = held.role, held.since, held.term_ends, held.is_public, held.line
            held.step_down(on=today() - timedelta(days=1), reason="Became one entry with another")
            Appointment.appoint(kept, held.group, role, since=since, term_ends=ends, is_public=is_public, line=line)


def chairs(partnership: Partnership) -> list[Member]:
    """Who chairs the Steering Group, or another appointed group, of a partnership today."""
    chairing = Appointment.objects.current().filter(group__partnership=partnership, role=Appointment.Role.CHAIR)
    return [row.member for row in chairing.filter(member__erased_at=None).select_related("member")]
