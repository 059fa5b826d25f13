from partnerships.models.calendar import BankHoliday, HalfTerm
from partnerships.models.documents import Document
from partnerships.models.organisations import Organisation, Supporter
from partnerships.models.partnerships import Partnership, PartnershipName, Priority
from partnerships.models.places import Place, Region
from partnerships.models.stewardships import Stewardship

__all__ = [
    "BankHoliday",
    "Document",
    "HalfTerm",
    "Organisation",
    "Partnership",
    "PartnershipName",
    "Place",
    "Priority",
    "Region",
    "Stewardship",
    "Supporter",
]
