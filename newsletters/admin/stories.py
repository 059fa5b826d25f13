"""The desk's stories: what members sent, to approve, put right or decline; and what the manager adds herself."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from newsletters import emails
from newsletters.models import Story
from newsletters.models.stories import issues_of, with_newsletters
from newsletters.stories.forms import SAID, EditForm, PasteForm, RefusalForm, StoryForm
from partnerships.models import Partnership
from trust.admin import Walled, desk
from trust.models import Entry


class WhereItStands(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting for you"), ("open", "On the noticeboard"), ("over", "Last day is over")]

    def queryset(self, request, queryset):
        chosen = {"waiting": queryset.waiting, "open": queryset.open, "over": queryset.over}.get(self.value())
        return chosen() if chosen else queryset


@admin.register(Story, site=desk)
class StoryAdmin(Walled):
    """Every address below answers 404 for a story of somebody else's partnership."""

    change_list_template = "desk/stories/list.html"
    list_display = ["title", "kind", "writer", "how_it_stands"]
    list_filter = [WhereItStands, "kind"]
    list_select_related = ["writer", "partnership"]
    search_fields = ["title", "text", "credit"]
    search_help_text = "Words in the title or the story"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        first = Case(When(approved_at=None, refused_at=None, then=0), default=1, output_field=IntegerField())
        return super().get_queryset(request).order_by(first, "-sent_at", "-pk")

    @admin.display(description="Where it stands")
    def how_it_stands(self, story: Story) -> str:
        return how_it_stands(story)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Stories"} | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        screens: list[tuple[str, Callable]] = [
            ("approval", require_POST(_approve)),
            ("refusal", require_http_methods(["GET", "HEAD", "POST"])(_refuse)),
            ("withdrawal", require_POST(_withdraw)),
        ]
        own = [
            path(f"<int:pk>/{name}/", self._behind_the_wall(view), name=f"newsletters_story_{name}")
            for name, view in screens
        ]
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The manager's own, or one pasted from a mail with its credit: on the noticeboard at once."""
        own = Partnership.objects.at_home() if request.user.is_administrator else request.user.stewarded_partnerships()
        own = own.order_by("name")
        chosen = own.filter(slug=request.GET["for"]) if "for" in request.GET else own
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Add a story"}
        if len(chosen) != 1:
            return TemplateResponse(request, "desk/newsletters/whose.html", context | {"partnerships": own})
        partnership = chosen[0]
        pasting = PasteForm(request.POST if "mail" in request.POST else None)
        typed = request.POST if request.method == "POST" and "mail" not in request.POST else None
        form = StoryForm(partnership, typed, initial=pasting.proposed if pasting.is_valid() else None)
        if form.is_valid():
            with transaction.atomic():
                readers = form.cleaned_data["readers"]
                story = Story.send(partnership, writer=request.user, readers=readers, **form.words())
                story.approve(by=request.user)
            messages.success(request, f"“{story.title}” is on the noticeboard.")
            return redirect("admin:newsletters_story_change", story.pk)
        context |= {"form": form, "partnership": partnership, "pasting": pasting, "proposed": pasting.is_valid()}
        wrong = form.errors or pasting.errors
        return TemplateResponse(request, "desk/stories/add.html", context, status=422 if wrong else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One story: how it stands, what can be done, and its words to put right."""
        story = self.get_object(request, unquote(object_id))
        if story is None:
            raise Http404
        shown = {name: getattr(story, name) for name in SAID}
        shown["readers"] = [row.reader for row in story.readerships.all()]
        form = EditForm(story.partnership, request.POST if request.method == "POST" else None, initial=shown)
        if form.is_valid():
            _edit(story, form, request)
            if request.POST.get("press") == "approve":
                return _approve(request, story, {})
            messages.success(request, "Saved.")
            return redirect("admin:newsletters_story_change", story.pk)
        read = None if story.approved_at else emails.read(story.body)
        context = self._about(request, story) | {"form": form, "title": story.title, "read": read}
        return TemplateResponse(request, "desk/stories/story.html", context, status=422 if form.errors else 200)

    def _behind_the_wall(self, view: Callable) -> Callable:
        def shown(request: HttpRequest, pk: int) -> HttpResponse:
            story = get_object_or_404(self.get_queryset(request).select_related("partnership", "writer"), pk=pk)
            return view(request, story, self._about(request, story))

        return self.admin_site.admin_view(shown)

    def _about(self, request: HttpRequest, story: Story) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "story": story,
            "partnership": story.partnership,
            "standing": how_it_stands(story),
            "issues": issues_of(with_newsletters(Story.objects.filter(pk=story.pk)).get()),
        }


def how_it_stands(story: Story) -> str:
    """Return "Waits since 3 November", "On the noticeboard until 12 December"…"""
    if story.is_waiting:
        return f"Waits for you since {_day(story.sent_at)}"
    if story.refused_at:
        return f"Not taken on {_day(story.refused_at)}"
    if story.withdrawn_at:
        return f"Taken off the noticeboard on {_day(story.withdrawn_at)}"
    if story.is_over:
        return f"Its last day was {story.closes_on:%-d %B %Y}"
    until = f" until {story.closes_on:%-d %B %Y}" if story.closes_on else ""
    return f"On the noticeboard{until}"


def _approve(request: HttpRequest, story: Story, context: dict[str, Any]) -> HttpResponse:
    """Yes. Pressed twice, or by two, the first press holds."""
    if story.approve(by=request.user):
        messages.success(request, f"“{story.title}” is on the noticeboard.{_told(story, request)}")
    else:
        messages.info(request, f"Nothing to do: {how_it_stands(story)[0].lower()}{how_it_stands(story)[1:]}.")
    return redirect("admin:newsletters_story_changelist")


def _refuse(request: HttpRequest, story: Story, context: dict[str, Any]) -> HttpResponse:
    """No, with a sentence."""
    if not story.is_waiting:
        messages.info(request, "Somebody has decided on it already.")
        return redirect("admin:newsletters_story_change", story.pk)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if story.refuse(form.cleaned_data["refusal"], by=request.user):
            messages.success(request, f"“{story.title}” is not taken.{_told(story, request, ' why')}")
        return redirect("admin:newsletters_story_changelist")
    context |= {"form": form, "title": f"Say no to “{story.title}”"}
    return TemplateResponse(request, "desk/stories/refusal.html", context, status=422 if form.errors else 200)


def _withdraw(request: HttpRequest, story: Story, context: dict[str, Any]) -> HttpResponse:
    """Take it off the noticeboard, or hang it up again: the wanted state comes with the button."""
    if request.POST.get("hang") == "again":
        done, says = story.put_back(by=request.user), "It hangs on the noticeboard again."
    else:
        done, says = story.withdraw(by=request.user), "It is off the noticeboard. Newsletters that went out keep it."
    messages.success(request, says) if done else messages.info(request, "Nothing to do: that was done already.")
    return redirect("admin:newsletters_story_change", story.pk)


def _told(story: Story, request: HttpRequest, what: str = "") -> str:
    """Who has heard of it: the writer, unless it is somebody who is gone, or the one who decided."""
    hears = story.writer and story.writer != request.user and not story.writer.erased_at
    return f" {story.writer} has been told{what}." if hears else ""


def _edit(story: Story, form: EditForm, request: HttpRequest) -> None:
    with transaction.atomic():
        for name, value in form.words().items():
            setattr(story, name, value)
        story.save(update_fields=list(form.words()))
        story.read_by(form.cleaned_data["readers"])
        Entry.record("changed", story, by=request.user, fields=form.changed_data)


def _day(at: Any) -> str:
    return f"{localdate(at):%-d %B %Y}"
