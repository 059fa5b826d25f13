"""The desk's newsletters: the list in words, the task list of one issue, and the doors to its screens."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from mailings.models import Delivery
from newsletters import audience
from newsletters.admin import adding, afterwards, previewing, sending, wordings, writing
from newsletters.check import Check
from newsletters.forms import BeginningForm
from newsletters.models import Newsletter
from newsletters.sorting import people
from newsletters.standing import Standing
from partnerships.models import Partnership
from trust.admin import Walled, desk


class WhereItStands(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("draft", "Drafts"), ("out", "Sent")]

    def queryset(self, request, queryset):
        if self.value() == "draft":
            return queryset.filter(pk__in=Newsletter.objects.drafts().values("pk"))
        return (
            queryset.filter(pk__in=Newsletter.objects.published().values("pk")) if self.value() == "out" else queryset
        )


@admin.register(Newsletter, site=desk)
class NewsletterAdmin(Walled):
    """Every address below answers 404 for a newsletter of somebody else's partnership."""

    change_list_template = "desk/newsletters/list.html"
    list_display = ["number_in_words", "subject", "where_it_stands", "half_term"]
    list_display_links = ["number_in_words", "subject"]
    list_filter = [WhereItStands]
    list_select_related = ["mailing", "half_term", "edited_by", "partnership"]
    search_fields = ["subject", "sections__heading"]
    search_help_text = "Words in the subject or in a heading"
    ordering = ["-number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        handed = Delivery.objects.filter(mailing=OuterRef("mailing"), state=Delivery.State.SENT)
        counted = handed.order_by().values("mailing").annotate(people=Count("pk")).values("people")
        return super().get_queryset(request).annotate(handed_over=Coalesce(Subquery(counted), 0))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        several = request.user.is_administrator or request.user.stewarded_partnerships().count() > 1
        return [*self.list_display, *(["partnership"] if several else [])]

    @admin.display(description="Number", ordering="number")
    def number_in_words(self, newsletter: Newsletter) -> str:
        return f"Number {newsletter.number}"

    @admin.display(description="Where it stands")
    def where_it_stands(self, newsletter: Newsletter) -> str:
        return Standing(newsletter, newsletter.handed_over).sentence

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Newsletters"} | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        """The screens of one issue, each behind the admin's door and the wall."""
        screens: list[tuple[str, str, Callable]] = [
            ("words/", "words", writing.words),
            ("stories/", "stories", adding.stories),
            ("words/keeping/", "keeping", writing.keeping),
            ("words/picture/<int:number>/", "picture", writing.picture),
            ("wordings/", "wordings", wordings.wordings),
            ("wordings/<int:version>/", "wording", wordings.wording),
            ("preview/", "preview", previewing.preview),
            ("preview/mail/", "preview_mail", previewing.mail),
            ("showing/", "show", previewing.show),
            ("showing/<int:link>/end/", "hide", previewing.hide),
            ("who/", "who", sending.who),
            ("test/", "test", sending.test),
            ("check/", "check", sending.check),
            ("sending/", "sending", sending.send),
            ("sending/undo/", "undo", sending.undo),
            ("correction/", "correction", afterwards.correction),
            ("withdrawal/", "withdrawal", afterwards.withdrawal),
        ]
        own = [
            path(f"<int:pk>/{address}", self._behind_the_wall(view), name=f"newsletters_newsletter_{name}")
            for address, name, view in screens
        ]
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Begin a newsletter: one short form, filled in beforehand."""
        own = Partnership.objects.at_home() if request.user.is_administrator else request.user.stewarded_partnerships()
        own = own.order_by("name")
        chosen = own.filter(slug=request.GET["for"]) if "for" in request.GET else own
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Write a newsletter"}
        if len(chosen) != 1:
            return TemplateResponse(request, "desk/newsletters/whose.html", context | {"partnerships": own})
        partnership = chosen[0]
        last = partnership.newsletters.published().filter(withdrawn_at=None).first()
        form = BeginningForm(partnership, request.POST or None, initial=BeginningForm.suggested(partnership))
        if form.is_valid():
            copied = last if request.POST.get("press") == "copy" else None
            newsletter = Newsletter.begin(partnership, form.words(copied), by=request.user)
            if newsletter.subject != form.words().subject:
                messages.info(request, f"Number {newsletter.number} is there already: this is it.")
            return redirect("admin:newsletters_newsletter_words", newsletter.pk)
        context |= {"form": form, "partnership": partnership, "last": last}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "desk/newsletters/begin.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One issue as a task list; once it is on its way, how far it is."""
        newsletter = self.get_object(request, unquote(object_id))
        if newsletter is None:
            raise Http404
        standing = Standing(newsletter, newsletter.handed_over)
        context = self._about(request, newsletter) | {"standing": standing, "title": "Newsletter"}
        if newsletter.is_draft:
            return TemplateResponse(
                request,
                "desk/newsletters/tasks.html",
                context | {"check": Check(newsletter), "words": newsletter.words},
            )
        if newsletter.is_planned:
            context["people"] = people(audience.receiving(newsletter).count())
        elif newsletter.mailing:
            context["account"] = newsletter.mailing.account()
            context["missed"] = newsletter.mailing.missed.count()
            context["followers"] = newsletter.mailing.followed_by.order_by("pk")
        return TemplateResponse(request, "desk/newsletters/on_its_way.html", context)

    def _behind_the_wall(self, view: Callable) -> Callable:
        """Wrap `view(request, newsletter, context, **more)`: signed in as a manager, and the newsletter is theirs."""

        def shown(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
            newsletter = get_object_or_404(self.get_queryset(request).select_related("partnership"), pk=pk)
            return view(request, newsletter, self._about(request, newsletter), **more)

        return self.admin_site.admin_view(shown)

    def _about(self, request: HttpRequest, newsletter: Newsletter) -> dict[str, Any]:
        """What every screen of one issue shows."""
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "newsletter": newsletter,
            "partnership": newsletter.partnership,
            "home": reverse("admin:newsletters_newsletter_change", args=[newsletter.pk]),
        }
