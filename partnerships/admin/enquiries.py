"""What people asked, unanswered first. Answered from one's own mail program; here it is ticked off."""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate

from partnerships.admin.answering import Waiting
from partnerships.models import Enquiry
from trust.admin import desk

QUOTED = 1200  # characters of the question inside the reply's address: mail programs cut longer ones


@admin.register(Enquiry, site=desk)
class EnquiryAdmin(Waiting):
    """Questions from the contact pages of what one looks after. Nobody changes or deletes one; after a year they go."""

    sheet, named = "desk/partnerships/enquiry.html", "enquiry"
    presses = {"answered": "answered_view"}
    list_display = ["asked_by", "about", "came_on", "how_it_stands"]
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

    @admin.display(description="From")
    def asked_by(self, enquiry: Enquiry) -> str:
        return enquiry.name or enquiry.email

    @admin.display(description="About", ordering="partnership__name")
    def about(self, enquiry: Enquiry) -> str:
        return str(enquiry.partnership or "This site")

    def shown(self, enquiry: Enquiry) -> dict[str, Any]:
        """One question, with a reply that opens in one's own mail program."""
        done = self.address("answered", enquiry.pk)
        return {"title": "A question", "reply": reply_to(enquiry), "answered": done}

    def answered_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tick it off. Pressed twice, the first press holds."""
        enquiry = get_object_or_404(self.get_queryset(request), pk=pk)
        if enquiry.answered(by=request.user):
            messages.success(request, "Ticked off as answered.")
        else:
            messages.info(request, f"Nothing to do: {self.how_it_stands(enquiry).lower()}.")
        return redirect("admin:partnerships_enquiry_changelist")


def reply_to(enquiry: Enquiry) -> str:
    """Return the mailto: address of a reply, with its subject and the question below (RFC 6068)."""
    about = enquiry.partnership or "our site"
    asked = "\r\n".join(f"> {line}" for line in enquiry.text[:QUOTED].splitlines())
    body = f"\r\n\r\nOn {localdate(enquiry.received_at):%-d %B %Y} you wrote:\r\n{asked}"
    words = urlencode({"subject": f"Your question to {about}", "body": body}, quote_via=quote)
    return f"mailto:{quote(enquiry.email, safe='@')}?{words}"
