from pods.models.appointments import Appointment
from pods.models.groups import Group, GroupMembership

__all__ = ["Appointment", "Group", "GroupMembership"]
