"""Coming without being asked by name: to one meeting of a pod, or to an event for everyone."""

from django.db import transaction

from meetings.models import Invitation, Meeting, NotNow
from members.models import Member, Membership
from pods.models import Group


def may_come(meeting: Meeting, member) -> bool:
    """Whether a member may say by themselves that they come: on the list, not asked already, to an open group."""
    if not member.is_authenticated or not is_open(meeting):
        return False
    on_list = is_on_list(meeting, member)
    return on_list and not Invitation.objects.live().filter(meeting=meeting, member=member).exists()


def is_open(meeting: Meeting) -> bool:
    """Whether anybody on the list may come: to an event, or to an open group's meeting that is still ahead."""
    if not meeting.is_ahead:
        return False
    return meeting.group is None or (meeting.group.joining == Group.Joining.OPEN and meeting.group.is_current)


def is_on_list(meeting: Meeting, member: Member) -> bool:
    return Membership.objects.current().filter(member=member, partnership=meeting.partnership_id).exists()


def come(meeting: Meeting, member: Member) -> Invitation:
    """Put a member on the list of one meeting, with a yes. A second call changes nothing. Raises NotNow."""
    with transaction.atomic():
        if may_come(meeting, member):
            Invitation.objects.invite(meeting, [member])
        invitation = Invitation.objects.live().filter(meeting=meeting, member=member).first()
        if invitation is None:
            raise NotNow("This meeting is for people who were asked to it.")
        if not invitation.is_yes:
            invitation.answer("yes", source=Invitation.Source.PAGE)
    return invitation
