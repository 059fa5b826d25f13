from members.admin.people import MembershipAdmin

__all__ = ["MembershipAdmin"]
