from members.admin.complaints import DataComplaintAdmin
from members.admin.people import MembershipAdmin

__all__ = ["DataComplaintAdmin", "MembershipAdmin"]
