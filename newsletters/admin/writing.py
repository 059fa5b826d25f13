"""Writing an issue: its words on one page, kept while one writes, and its pictures."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from newsletters.blocks import BLOCKS
from newsletters.forms import PictureForm, WordsForm
from newsletters.models import Closed, Conflict, Newsletter, Picture
from newsletters.standing import Standing, ago
from newsletters.words import Words


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Show and save the words. What somebody else saved meanwhile is shown beside what was typed."""
    if not newsletter.is_draft and request.method != "POST":
        return redirect(context["home"])
    form = WordsForm(newsletter, request.POST if request.method == "POST" else None)
    context |= {"title": "Words", "form": form, "blocks": BLOCKS}
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


@require_POST
def keeping(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Keep the words while somebody writes: the page's script asks for it, and says what it hears.

    Answers {version, says}; 409 when somebody else saved meanwhile or it is no draft any more, 422 when
    something typed cannot be kept. Nothing is lost then: the words are in the page, and Save shows both.
    """
    form = WordsForm(newsletter, request.POST)
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        return JsonResponse({"says": f"Not kept yet: {first}."}, status=422)
    try:
        newsletter.revise(form.words(), version=form.cleaned_data["version"], by=request.user, autosaved=True)
    except Conflict as conflict:
        who = conflict.saved.edited_by or "Somebody"
        says = f"{who} saved meanwhile. Press Save to see both wordings; yours is still here."
        return JsonResponse({"says": says}, status=409)
    except Closed:
        return JsonResponse({"says": "It is no draft any more. Press Save to copy what you wrote."}, status=409)
    except IntegrityError:
        return JsonResponse({"says": "Not kept yet: this number has just been taken."}, status=422)
    return JsonResponse({"version": newsletter.version, "says": f"Kept at {localtime():%H:%M}"})


@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any], number: int) -> HttpResponse:
    """Choose a picture for one section (from 1), and say what it shows."""
    present = newsletter.words
    if not newsletter.is_draft or not 1 <= number <= len(present.sections):
        return redirect(context["home"])
    form = PictureForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if getattr(request, "file_too_large", False):
        form.errors["file"] = form.error_class(["This file is larger than 10 MB. Choose a smaller picture"])
    if form.is_valid():
        kept = Picture.keep(form.cleaned_data["file"], newsletter.partnership, by=request.user)
        parts = list(present.sections)
        parts[number - 1] = parts[number - 1]._replace(picture=kept.pk, alt=form.cleaned_data["alt"])
        return _with_picture(request, newsletter, present.with_sections(parts), number)
    context |= {"title": "A picture", "form": form, "number": number, "part": present.sections[number - 1]}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "desk/newsletters/picture.html", context, status=status)


def _with_picture(request: HttpRequest, newsletter: Newsletter, changed: Words, number: int) -> HttpResponse:
    try:
        newsletter.revise(changed, version=newsletter.version, by=request.user)
    except (Closed, Conflict):
        messages.error(request, "Somebody changed the newsletter meanwhile. Choose the picture once more.")
        return redirect("admin:newsletters_newsletter_words", newsletter.pk)
    messages.success(request, "The picture is in.")
    return redirect(f"{reverse('admin:newsletters_newsletter_words', args=[newsletter.pk])}#part-{number}")


def _saved(request: HttpRequest, newsletter: Newsletter, form: WordsForm) -> HttpResponse:
    """Back to the page of words, at the section that was moved; a plain save goes on to the list of tasks."""
    if form.wants_preview:
        return redirect("admin:newsletters_newsletter_preview", newsletter.pk)
    if form.wants_picture:
        return redirect("admin:newsletters_newsletter_picture", newsletter.pk, form.wants_picture)
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
