"""The real message before it goes out: as one person gets it, on whatever they read it with."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lcep.numbers import row_number
from mailings.models import Delivery
from members.models import Member
from newsletters import audience
from newsletters.built import THEIR_OWN, Built, in_scheme
from newsletters.models import DraftLink, Newsletter
from trust.headers import MAIL_POLICY

WIDTHS = {
    "wide": "On a computer",
    "phone": "On a phone",
    "dark": "On a dark screen",
    "plain": "Without pictures",
    "text": "Text only",
}
NO_PICTURES = MAIL_POLICY.replace("img-src 'self'", "img-src 'none'")


@require_safe
def preview(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """The page round the message: who it is shown for, and what it is read with."""
    width = _width(request)
    reader = _reader(request, newsletter)
    people = list(audience.receiving(newsletter)[:50])
    if reader not in people:
        people.insert(0, reader)
    built = _built(newsletter, reader)
    frame = reverse("admin:newsletters_newsletter_preview_mail", args=[newsletter.pk])
    context |= {
        "title": "Preview",
        "width": width,
        "widths": WIDTHS,
        "reader": reader,
        "people": people,
        "sender": built.mail["from"],
        "subject": built.mail["subject"],
        "text": built.text,
        "frame": f"{frame}?as={reader.pk}&width={width}",
    }
    return TemplateResponse(request, "desk/newsletters/preview.html", context)


@require_safe
def mail(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """The HTML part as it leaves, for `<iframe sandbox>` only: no script, no form, no other site's picture."""
    width = _width(request)
    html = in_scheme(_built(newsletter, _reader(request, newsletter)).html, dark=width == "dark")
    policy = NO_PICTURES if width == "plain" else MAIL_POLICY
    return HttpResponse(html, headers={"Content-Security-Policy": policy})


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Addresses that show this draft to colleagues: those that hold, and a button for one more."""
    if not newsletter.is_draft:
        return redirect(context["home"])
    if request.method == "POST":
        DraftLink.make(newsletter, by=request.user)
        return redirect("admin:newsletters_newsletter_show", newsletter.pk)
    links = newsletter.draft_links.open().select_related("made_by", "newsletter")
    return TemplateResponse(
        request, "desk/newsletters/show.html", context | {"title": "Show it to a colleague", "links": links}
    )


@require_POST
def hide(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any], link: int) -> HttpResponse:
    """Take one address back."""
    if get_object_or_404(newsletter.draft_links, pk=link).revoke(by=request.user):
        messages.success(request, "That address shows nothing any more.")
    else:
        messages.info(request, "That address showed nothing already.")
    return redirect("admin:newsletters_newsletter_show", newsletter.pk)


def _built(newsletter: Newsletter, reader: Member) -> Built:
    return Built(newsletter, Delivery.sample(reader), choices=THEIR_OWN)


def _width(request: HttpRequest) -> str:
    width = request.GET.get("width", "")
    return width if width in WIDTHS else "wide"


def _reader(request: HttpRequest, newsletter: Newsletter) -> Member:
    """The named member of this list, or the manager herself. Anybody else does not exist."""
    asked = request.GET.get("as", "")
    number = row_number(asked)
    if not asked or number == request.user.pk:
        return request.user
    return get_object_or_404(audience.readers(newsletter), pk=number)
