from members.admin.complaints import DataComplaintAdmin
from members.admin.imports import ImportAdmin
from members.admin.notices import PrivacyNoticeAdmin
from members.admin.people import MembershipAdmin

__all__ = ["DataComplaintAdmin", "ImportAdmin", "MembershipAdmin", "PrivacyNoticeAdmin"]
