"""What people asked, unanswered first. Answered from one's own mail program; here it is ticked off."""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from lcep.site import today
from partnerships.admin.screens import Screen
from partnerships.models import Enquiry
from trust.admin import desk

QUOTED = 1200  # characters of the question inside the reply's address: mail programs cut longer ones


class WhereItStands(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("answered", "Answered")]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.unanswered()
        return queryset.exclude(answered_at=None) if self.value() == "answered" else queryset


@admin.register(Enquiry, site=desk)
class EnquiryAdmin(Screen):
    """Questions from the contact pages of what one looks after. Nobody changes or deletes one; after a year they go."""

    list_display = ["asked_by", "about", "came_on", "how_it_stands"]
    list_filter = [WhereItStands]
    list_select_related = ["partnership", "answered_by"]
    search_fields = ["name", "email", "text"]
    search_help_text = "A name, an address or words from the question"
    nothing_yet = "What people ask through your contact page will stand here. You also get each question by mail."
    how_do_i = (
        (
            "How do I answer?",
            "Open the question and press “Reply by mail”: it goes from your own mailbox. Then press “Answered”.",
        ),
        ("How long are questions kept?", "Twelve months. Then they delete themselves, and the history says how many."),
    )

    def get_ordering(self, request: HttpRequest) -> list:
        """Unanswered first, the longest waiting at the top; below them the latest answers."""
        return [F("answered_at").desc(nulls_first=True), "received_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="From")
    def asked_by(self, enquiry: Enquiry) -> str:
        return enquiry.name or enquiry.email

    @admin.display(description="About", ordering="partnership__name")
    def about(self, enquiry: Enquiry) -> str:
        return str(enquiry.partnership or "This site")

    @admin.display(description="Came on", ordering="received_at")
    def came_on(self, enquiry: Enquiry) -> str:
        return f"{localdate(enquiry.received_at):%-d %B %Y}"

    @admin.display(description="How it stands", ordering="answered_at")
    def how_it_stands(self, enquiry: Enquiry) -> str:
        return how_it_stands(enquiry)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One question, with a reply that opens in one's own mail program."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        enquiry = self.get_object(request, unquote(object_id))
        if enquiry is None:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "title": "A question",
            "opts": self.opts,
            "enquiry": enquiry,
            "how_it_stands": how_it_stands(enquiry),
            "reply": reply_to(enquiry),
            "answered": self.address("answered", enquiry.pk),
            "how_do_i": self.how_do_i,
        }
        return TemplateResponse(request, "desk/partnerships/enquiry.html", context)

    def get_urls(self) -> list[URLPattern]:
        answered = require_POST(self.answered_view)
        door = path("<int:pk>/answered/", self.admin_site.admin_view(answered), name="partnerships_enquiry_answered")
        return [door, *super().get_urls()]

    def answered_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tick it off. Pressed twice, the first press holds."""
        enquiry = get_object_or_404(self.get_queryset(request), pk=pk)
        if enquiry.answered(by=request.user):
            messages.success(request, "Ticked off as answered.")
        else:
            messages.info(request, f"Nothing to do: {how_it_stands(enquiry).lower()}.")
        return redirect("admin:partnerships_enquiry_changelist")


def how_it_stands(enquiry: Enquiry) -> str:
    """Return "Waits since today", "Waits 3 days" or "Answered on 3 November by Gwen"."""
    if enquiry.answered_at:
        by = f" by {enquiry.answered_by}" if enquiry.answered_by else ""
        return f"Answered on {localdate(enquiry.answered_at):%-d %B %Y}{by}"
    days = (today() - localdate(enquiry.received_at)).days
    return "Waits since today" if days < 1 else f"Waits {days} day{'' if days == 1 else 's'}"


def reply_to(enquiry: Enquiry) -> str:
    """Return the mailto: address of a reply, with its subject and the question below (RFC 6068)."""
    about = enquiry.partnership or "our site"
    asked = "\r\n".join(f"> {line}" for line in enquiry.text[:QUOTED].splitlines())
    body = f"\r\n\r\nOn {localdate(enquiry.received_at):%-d %B %Y} you wrote:\r\n{asked}"
    words = urlencode({"subject": f"Your question to {about}", "body": body}, quote_via=quote)
    return f"mailto:{quote(enquiry.email, safe='@')}?{words}"
