"""Writing an issue: its words on one page, and the words as they were."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from newsletters.forms import WordsForm
from newsletters.models import Closed, Conflict, Newsletter
from newsletters.standing import Standing, ago
from newsletters.words import Words


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Show and save the words. What somebody else saved meanwhile is shown beside what was typed."""
    if not newsletter.is_draft and request.method != "POST":
        return redirect(context["home"])
    form = WordsForm(newsletter, request.POST if request.method == "POST" else None)
    context |= {"title": "Words", "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            newsletter.revise(form.words(), version=form.cleaned_data["version"], by=request.user)
        except Conflict as conflict:
            return _in_conflict(request, conflict.saved, form.words(), context)
        except Closed:
            return _too_late(request, newsletter, form.words(), context)
        except IntegrityError:  # between the form's look and the saving, another issue took the number
            form.add_error("number", "This number has just been taken. Choose another number")
        else:
            return _saved(request, newsletter, form)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "desk/newsletters/words.html", context, status=status)


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


def _saved(request: HttpRequest, newsletter: Newsletter, form: WordsForm) -> HttpResponse:
    """Back to the page of words, at the section that was moved; a plain save goes on to the list of tasks."""
    if form.wants_preview:
        return redirect("admin:newsletters_newsletter_preview", newsletter.pk)
    if form.moved_to is None:
        messages.success(request, "Saved.")
        return redirect("admin:newsletters_newsletter_change", newsletter.pk)
    address = reverse("admin:newsletters_newsletter_words", args=[newsletter.pk])
    last = newsletter.sections.count()
    return redirect(f"{address}#part-{min(form.moved_to, last)}" if last else address)


def _in_conflict(request: HttpRequest, saved: Newsletter, typed: Words, context: dict[str, Any]) -> HttpResponse:
    """Keep both texts in sight. The next Save keeps the typed one; theirs stays among the earlier wordings."""
    context |= {
        "form": WordsForm(saved, words=typed),
        "newsletter": saved,
        "saved_by": saved.edited_by or "Somebody",
        "saved_when": ago(saved.edited_at),
        "theirs": saved.words.differing_from(typed),
    }
    return TemplateResponse(request, "desk/newsletters/words.html", context, status=409)


def _too_late(request: HttpRequest, newsletter: Newsletter, typed: Words, context: dict[str, Any]) -> HttpResponse:
    """It was sent while they wrote: nothing is changed, and what they typed is there to be copied."""
    newsletter.refresh_from_db()
    context |= {
        "standing": Standing(newsletter),
        "mine": typed.differing_from(newsletter.words),
        "newsletter": newsletter,
    }
    return TemplateResponse(request, "desk/newsletters/too_late.html", context, status=409)


def _bring_back(request: HttpRequest, newsletter: Newsletter, version: int, kept: Words) -> HttpResponse:
    try:
        newsletter.revise(replace(kept, number=newsletter.number), version=newsletter.version, by=request.user)
    except Closed:
        messages.error(request, "It is no draft any more, so its words stay as they are.")
        return redirect("admin:newsletters_newsletter_change", newsletter.pk)
    messages.success(request, f"Wording {version} is back. The one before it is kept too.")
    return redirect("admin:newsletters_newsletter_words", newsletter.pk)
