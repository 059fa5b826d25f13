"""The noticeboard for everybody, and the form with which a member sends a story."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from members.doors import signed_in
from members.models import Member, Membership
from newsletters.models import Notice, Readership, Story
from newsletters.models.stories import issues_of, with_newsletters
from newsletters.stories.feed import feed_of
from newsletters.stories.forms import BoardForm, StoryForm
from newsletters.views import of_partnership
from partnerships.models import Partnership
from partnerships.pages import public

A_PAGE = 20
NOTICES = 6
BIGGEST = 2**63 - 1


@public
@of_partnership
def noticeboard(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What hangs there today, newest first, by kind and by whom it is for."""
    form = BoardForm(partnership, request.GET)
    stories = Story.objects.open().filter(partnership=partnership).select_related("partnership")
    if form.is_valid():
        stories = _filtered(stories, **form.cleaned_data)
    newest = stories.prefetch_related("readerships").order_by("-approved_at", "-pk")
    page = Paginator(newest, A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "partnership": partnership,
        "form": form,
        "page": page,
        "query": f"{query.urlencode()}&" if query else "",
        "is_search": any(query.values()),
        "notices": Notice.objects.published().filter(partnership=partnership)[:NOTICES],
    }
    return render(request, "newsletters/stories/noticeboard.html", context, status=200 if form.is_valid() else 400)


@public
@of_partnership
def story(request: HttpRequest, partnership: Partnership, number: int) -> HttpResponse:
    """One story, as long as it is not withdrawn; one whose last day is over says so."""
    found = with_newsletters(Story.objects.approved().filter(partnership=partnership)).prefetch_related("readerships")
    story = found.filter(pk=number).first() if number <= BIGGEST else None
    if story is None:
        raise Http404("No story has this number.")
    context = {
        "partnership": partnership,
        "story": story,
        "issues": issues_of(story),
        "notices": Notice.objects.published().filter(told__story=story),
        "description": story.summary,
    }
    return render(request, "newsletters/stories/story.html", context)


@public
@of_partnership
def stories_feed(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The twenty newest stories that are open, as Atom (RFC 4287)."""
    stories = Story.objects.open().filter(partnership=partnership).order_by("-approved_at", "-pk")
    xml = feed_of(partnership, list(stories[:A_PAGE]))
    return HttpResponse(xml, content_type="application/atom+xml; charset=utf-8")


@never_cache
@signed_in
def send_story(request: HttpRequest, slug: str) -> HttpResponse:
    """A member's story for the noticeboard and the newsletter. The manager looks at each before it is read."""
    membership = get_object_or_404(
        Membership.objects.current().select_related("partnership", "member__organisation"),
        member=request.user,
        partnership__slug=slug,
    )
    partnership = membership.partnership
    form = StoryForm(
        partnership, request.POST if request.method == "POST" else None, initial={"credit": named(membership.member)}
    )
    if request.method == "POST" and form.is_valid():
        sent = Story.send(partnership, writer=request.user, readers=form.cleaned_data["readers"], **form.words())
        messages.success(
            request, f"Thank you. “{sent.title}” is with {partnership}’s manager; you will hear either way."
        )
        return redirect("newsletters:send_story", slug=partnership.slug)
    context: dict[str, Any] = {
        "partnership": partnership,
        "form": form,
        "own": [_standing(story) for story in request.user.stories.filter(partnership=partnership)[:10]],
    }
    return render(request, "newsletters/stories/send.html", context, status=422 if form.errors else 200)


def _filtered(stories: Any, kind: str, reader: str, priority: Any = None) -> Any:
    """Stories of a kind, and those for some readers: what is for everybody is for them too."""
    if kind:
        stories = stories.filter(kind=kind)
    if reader:
        theirs = Readership.objects.filter(reader=reader).values("story")
        stories = stories.filter(Q(pk__in=theirs) | Q(readerships=None))
    if priority:
        stories = stories.filter(priority=priority)
    return stories


def _standing(story: Story) -> dict[str, Any]:
    """One of one's own stories, and where it stands in words."""
    if story.is_waiting:
        says = f"Sent on {localdate(story.sent_at):%-d %B}, waiting for the manager"
    elif story.refused_at:
        says = f"Not taken: {story.refusal}"
    elif story.withdrawn_at:
        says = "No longer on the noticeboard"
    elif story.is_over:
        says = f"Approved; its last day was {story.closes_on:%-d %B %Y}"
    else:
        says = "On the noticeboard"
    return {"story": story, "says": says, "is_shown": bool(story.approved_at and not story.withdrawn_at)}


def named(member: Member) -> str:
    """Who says so, to begin with: a name and where they are from."""
    return ", ".join(filter(None, [member.name, str(member.organisation or "")]))
