from pods.models.appointments import Appointment
from pods.models.groups import Group
from pods.models.memberships import GroupMembership
from pods.models.wishes import JoinWish, Proposal

__all__ = ["Appointment", "Group", "GroupMembership", "JoinWish", "Proposal"]
