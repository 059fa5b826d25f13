"""Putting stories into a draft: those from the noticeboard that it does not have yet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from newsletters.models import Closed, Newsletter, Story
from newsletters.words import SECTIONS
from partnerships.panels import counted


@require_http_methods(["GET", "HEAD", "POST"])
def stories(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Tick stories; each becomes a section at the end, which can be moved and reworded like any other."""
    if not newsletter.is_draft:
        return redirect(context["home"])
    offered = [story for story in _offered(newsletter) if story.pk not in _there(newsletter)]
    if request.method == "POST":
        asked = set(request.POST.getlist("story"))
        chosen = [story for story in offered if str(story.pk) in asked]
        try:
            added = newsletter.add(chosen, by=request.user)
        except Closed:
            messages.error(request, "It is no draft any more, so its words stay as they are.")
            return redirect(context["home"])
        _say(request, added, len(chosen) - added)
        return redirect(reverse("admin:newsletters_newsletter_words", args=[newsletter.pk]))
    new = set(Story.objects.filter(pk__in=[story.pk for story in offered]).in_no_issue().values_list("pk", flat=True))
    context |= {"title": "Stories", "offered": [(story, story.pk in new) for story in offered]}
    return TemplateResponse(request, "desk/newsletters/stories.html", context)


def _offered(newsletter: Newsletter) -> Any:
    """What hangs on the noticeboard, soonest to close first."""
    stories = newsletter.partnership.stories.open().order_by("closes_on", "-approved_at", "pk")[:100]
    return sorted(stories, key=lambda story: (story.closes_on is None, story.closes_on or story.sent_at.date()))


def _there(newsletter: Newsletter) -> set[int | None]:
    return set(newsletter.sections.values_list("story", flat=True))


def _say(request: HttpRequest, added: int, left: int) -> None:
    """Say how many came in, and how many did not because a newsletter is full."""
    if added:
        stand = "story stands" if added == 1 else "stories stand"
        messages.success(request, f"{counted(added, stand, stand)} at the end now.")
    elif not left:
        messages.info(request, "Nothing was ticked, so nothing was added.")
    if left:
        stay = "story does not fit and stays" if left == 1 else "stories do not fit and stay"
        messages.warning(
            request, f"A newsletter holds {SECTIONS} sections. {counted(left, stay, stay)} on the noticeboard."
        )
