from partnerships.models.calendar import BankHoliday, HalfTerm
from partnerships.models.confirmations import Confirmation
from partnerships.models.documents import Document, DocumentVersion
from partnerships.models.enquiries import Enquiry
from partnerships.models.organisations import Organisation, Supporter
from partnerships.models.partnerships import Link, Partnership, PartnershipName, Priority
from partnerships.models.places import Place, Programme, Region
from partnerships.models.stewardships import Stewardship

__all__ = [
    "BankHoliday",
    "Confirmation",
    "Document",
    "DocumentVersion",
    "Enquiry",
    "HalfTerm",
    "Link",
    "Organisation",
    "Partnership",
    "PartnershipName",
    "Place",
    "Priority",
    "Programme",
    "Region",
    "Stewardship",
    "Supporter",
]
