from partnerships.pages import of_partnership
from partnerships.views.contact import contact, contact_keeper, keeper_received, received
from partnerships.views.documents import document, document_file, documents, region_document, region_document_file
from partnerships.views.finding import directory, home, region
from partnerships.views.machines import robots, security, sitemap
from partnerships.views.partnerships import get_involved, partnership, shared
from partnerships.views.words import about, accessibility, complaints, partnerships_explained, privacy, start

__all__ = [
    "about",
    "accessibility",
    "complaints",
    "contact",
    "contact_keeper",
    "directory",
    "document",
    "document_file",
    "documents",
    "get_involved",
    "home",
    "keeper_received",
    "of_partnership",
    "partnership",
    "partnerships_explained",
    "privacy",
    "received",
    "region",
    "region_document",
    "region_document_file",
    "robots",
    "security",
    "shared",
    "sitemap",
    "start",
]
