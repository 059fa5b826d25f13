"""What belonging to a group means when a member is forgotten, or when two entries turn out to be one person."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from lcep.site import today
from members.models import Member
from partnerships.models import Partnership
from pods.models import Appointment, Group, GroupMembership

FORGOTTEN = "Asked to be forgotten"
ONE_ENTRY = "Became one entry with another"


def forget(member: Member, keys: list[bytes]) -> None:
    """Leave every group and give up every role; what they wrote about themselves goes, the terms of office stay."""
    yesterday = today() - timedelta(days=1)
    member.group_memberships.current().update(left_on=today())
    member.wishes.update(words="")
    for held in member.appointments.filter(until_on=None).order_by("group_id"):  # the order of locks
        held.step_down(on=yesterday, reason=FORGOTTEN)
    ending = member.appointments.filter(until_on__gt=yesterday)
    ending.filter(since__gt=yesterday).update(taken_back_on=today())
    ending.filter(since__lte=yesterday).update(until_on=yesterday)


def needed() -> QuerySet[Member]:
    """Members who belong to a group or hold a role today."""
    belongs = Q(pk__in=GroupMembership.objects.current().values("member"))
    return Member.objects.filter(belongs | Q(pk__in=Appointment.objects.current().values("member")))


def bar(gone: Member, by: Member) -> str:
    """Return why the groups of an entry keep it from becoming part of another by this person's hand, or ''.

    Roles go over to the entry that stays: by a manager's hand no role of another partnership may, and by nobody's a
    key or a place where the manager does not read. Such an entry is the one that stays.
    """
    held = Appointment.objects.filter(Q(until_on=None) | Q(until_on__gte=today()), member=gone, taken_back_on=None)
    if held.filter(Q(role=Appointment.Role.CHAIR) | Q(group__kind=Group.Kind.EXECUTIVE)).exists():
        return "The other entry chairs a group or sits on the Executive. Keep that one instead."
    groups = Group.objects.filter(Q(pk__in=held.values("group")) | Q(memberships__in=gone.group_memberships.current()))
    if not by.is_administrator and groups.exclude(partnership__in=by.stewarded_partnerships()).exists():
        return "The other entry is in a group you do not look after. Ask whoever looks after this site."
    return ""


def merge(kept: Member, gone: Member) -> None:
    """Let the kept entry belong to the groups, and hold the roles, of the one that goes."""
    with transaction.atomic():
        for row in gone.group_memberships.current().select_related("group"):
            row.group.join(kept)
        gone.group_memberships.current().update(left_on=today())
        for held in gone.appointments.filter(until_on=None).select_related("group").order_by("group_id"):
            _take_over(kept, held)


def _take_over(kept: Member, held: Appointment) -> None:
    """Let the kept entry hold the role for the same term, from the day after its own last one in that role."""
    said = {name: getattr(held, name) for name in ("since", "term_ends", "is_public", "line")}
    Appointment.one_at_a_time(held.group_id)
    rows = Appointment.objects.filter(pk=held.pk)
    rows.update(until_on=max(held.since, today()), end_reason=ONE_ENTRY, taken_back_on=today())
    own = kept.appointments.filter(group=held.group, role=held.role, taken_back_on=None, until_on__gte=held.since)
    if last := own.order_by("-until_on").values_list("until_on", flat=True).first():
        said["since"] = last + timedelta(days=1)
    Appointment.appoint(kept, held.group, held.role, **said)


def chairs(partnership: Partnership) -> list[Member]:
    """Who chairs the Steering Group, or another appointed group, of a partnership today."""
    chairing = Appointment.objects.current().filter(group__partnership=partnership, role=Appointment.Role.CHAIR)
    return [row.member for row in chairing.filter(member__erased_at=None).select_related("member")]
