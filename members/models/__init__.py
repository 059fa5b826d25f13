from members.models.consents import Consent, Purpose, Showing, Wording
from members.models.join_requests import JoinRequest
from members.models.members import Administration, Member
from members.models.memberships import Membership
from members.models.suppression import Suppression

__all__ = [
    "Administration",
    "Consent",
    "JoinRequest",
    "Member",
    "Membership",
    "Purpose",
    "Showing",
    "Suppression",
    "Wording",
]
