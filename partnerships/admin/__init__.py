"""The desk's screens of the directory: of a manager's own partnership, and of the entries an officer keeps."""

from partnerships.admin import documents, enquiries, organisations, partnerships, regions

__all__ = ["documents", "enquiries", "organisations", "partnerships", "regions"]
