from pods.models.appointments import Appointment
from pods.models.groups import Group, GroupMembership
from pods.models.wishes import JoinWish, Proposal

__all__ = ["Appointment", "Group", "GroupMembership", "JoinWish", "Proposal"]
