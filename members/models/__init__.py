from members.models.address_changes import AddressChange
from members.models.complaints import DataComplaint
from members.models.consents import Consent, Purpose, Showing, Wording
from members.models.devices import Device
from members.models.imports import Arrival, Asking, Import
from members.models.join_requests import JoinRequest
from members.models.members import Administration, Member
from members.models.memberships import Membership
from members.models.notes import Note
from members.models.notices import PrivacyNotice
from members.models.suppression import Suppression

__all__ = [
    "AddressChange",
    "Administration",
    "Arrival",
    "Asking",
    "Consent",
    "DataComplaint",
    "Device",
    "Import",
    "JoinRequest",
    "Member",
    "Membership",
    "Note",
    "PrivacyNotice",
    "Purpose",
    "Showing",
    "Suppression",
    "Wording",
]
