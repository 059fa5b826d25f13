"""Documents: one address each, the present version on top, and every version as a file of its own."""

import logging

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from partnerships.models import Document, DocumentVersion, Partnership, Region
from partnerships.pages import KEPT, of_partnership, public
from partnerships.views.partnerships import shared

TYPES = {
    DocumentVersion.Kind.PDF: "application/pdf",
    DocumentVersion.Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentVersion.Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DocumentVersion.Kind.ODT: "application/vnd.oasis.opendocument.text",
}
POLICY = "default-src 'none'; sandbox"
MOST_VERSIONS = 32_767  # what the column holds
log = logging.getLogger(__name__)


@public
@of_partnership
def documents(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    context = shared(partnership) | {"documents": partnership.documents.prefetch_related("versions")}
    return render(request, "partnerships/documents.html", context)


@public
@of_partnership
def document(request: HttpRequest, partnership: Partnership, document: str) -> HttpResponse:
    found = get_object_or_404(partnership.documents.prefetch_related("versions"), slug=document)
    return render(request, "partnerships/document.html", shared(partnership) | _of_document(found, partnership))


@require_safe
@of_partnership
def document_file(request: HttpRequest, partnership: Partnership, document: str, number: int) -> HttpResponseBase:
    return _file(request, partnership.documents.filter(slug=document), number)


@public
def region_document(request: HttpRequest, slug: str, document: str) -> HttpResponse:
    region = get_object_or_404(Region, slug=slug)
    found = get_object_or_404(region.documents.prefetch_related("versions"), slug=document)
    return render(request, "partnerships/document.html", {"region": region} | _of_document(found, region))


@require_safe
def region_document_file(request: HttpRequest, slug: str, document: str, number: int) -> HttpResponseBase:
    region = get_object_or_404(Region, slug=slug)
    return _file(request, region.documents.filter(slug=document), number)


def _of_document(document: Document, owner: Partnership | Region) -> dict:
    versions = list(document.versions.all())
    return {"document": document, "current": versions[0] if versions else None, "older": versions[1:], "owner": owner}


def _file(request: HttpRequest, documents, number: int) -> HttpResponseBase:
    """One version as an attachment: nothing in it runs here, and its name on the disk is told to nobody."""
    if number > MOST_VERSIONS:
        raise Http404("No document has so many versions.")
    version = get_object_or_404(DocumentVersion, document__in=documents, number=number)
    answer = attached(request, version)
    patch_cache_control(answer, public=True, max_age=KEPT)
    return answer


def attached(request: HttpRequest, version) -> HttpResponseBase:
    """A file kept here as an attachment, 304 for whoever has it. `version` has sha256, file, filename and kind."""
    etag = f'"{version.sha256}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            content = version.file.open("rb")
        except OSError as error:
            log.error("The file of %s %s cannot be opened: %s", version._meta.label, version.pk, type(error).__name__)
            raise Http404("This file is not here.") from error
        answer = FileResponse(content, as_attachment=True, filename=version.filename, content_type=TYPES[version.kind])
    answer.headers["ETag"] = etag
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
