"""The words as they were: every saving, and the button that brings one back."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from newsletters.models import Closed, Conflict, Newsletter
from newsletters.words import Words


@require_safe
def wordings(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Every saving, newest first."""
    kept = newsletter.revisions.select_related("by").defer("words")[:200]
    return TemplateResponse(
        request, "desk/newsletters/wordings.html", context | {"title": "Earlier wordings", "revisions": kept}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any], version: int) -> HttpResponse:
    """The words as they were after one saving; a button makes them the present ones."""
    revision = get_object_or_404(newsletter.revisions.select_related("by"), version=version)
    kept = Words.kept(revision.words)
    if request.method == "POST":
        return _bring_back(request, newsletter, revision.version, kept)
    context |= {
        "title": f"Wording {version}",
        "revision": revision,
        "kept": kept,
        "is_present": revision.version == newsletter.version,
    }
    return TemplateResponse(request, "desk/newsletters/wording.html", context)


def _bring_back(request: HttpRequest, newsletter: Newsletter, version: int, kept: Words) -> HttpResponse:
    try:
        newsletter.revise(replace(kept, number=newsletter.number), version=newsletter.version, by=request.user)
    except Closed:
        messages.error(request, "It is no draft any more, so its words stay as they are.")
        return redirect("admin:newsletters_newsletter_change", newsletter.pk)
    except Conflict:
        messages.error(request, "Somebody saved in the same moment. Look at the wordings again, then choose.")
        return redirect("admin:newsletters_newsletter_wordings", newsletter.pk)
    messages.success(request, f"Wording {version} is back. The one before it is kept too.")
    return redirect("admin:newsletters_newsletter_words", newsletter.pk)
