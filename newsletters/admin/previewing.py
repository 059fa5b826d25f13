"""The real message before it goes out: as one person gets it, wide or narrow, or as text."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from lcep.site import absolute
from mailings.models import Delivery
from members.models import Member
from newsletters import audience, emails
from newsletters.models import Newsletter
from trust.headers import MAIL_POLICY

WIDTHS = {"wide": "On a computer", "phone": "On a phone", "text": "Text only"}
# What stands in for a reader's own signed link: whoever looks at a preview must not act for the reader.
THEIR_OWN = absolute("/u/their-own-link/")


@require_safe
def preview(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """The page round the message: who it is shown for, and how wide."""
    width = request.GET.get("width")
    width = width if width in WIDTHS else "wide"
    reader = _reader(request, newsletter)
    people = list(audience.receiving(newsletter)[:50])
    if reader not in people:
        people.insert(0, reader)
    mail = _filled(newsletter, reader)
    context |= {
        "title": "Preview",
        "width": width,
        "widths": WIDTHS,
        "reader": reader,
        "people": people,
        "sender": mail["from"],
        "subject": mail["subject"],
        "text": part(mail, "plain"),
    }
    return TemplateResponse(request, "desk/newsletters/preview.html", context)


@require_safe
def mail(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """The HTML part as it leaves, for `<iframe sandbox>` only: no script, no form, no other site's picture."""
    html = part(_filled(newsletter, _reader(request, newsletter)), "html")
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of one part ("plain" or "html") of a mail, or '' when it has none."""
    body = mail.get_body(preferencelist=(kind,))
    return body.get_content() if body else ""


def _filled(newsletter: Newsletter, reader: Member) -> EmailMessage:
    message = emails.message(newsletter, choices=THEIR_OWN)
    return message_from_bytes(message.fill(Delivery.sample(reader)), policy=SMTP)


def _reader(request: HttpRequest, newsletter: Newsletter) -> Member:
    """The named member of this list, or the manager herself. Anybody else does not exist."""
    number = request.GET.get("as", "")
    if not number:
        return request.user
    if not number.isdecimal() or len(number) > 18:
        number = "0"
    if int(number) == request.user.pk:
        return request.user
    return get_object_or_404(audience.readers(newsletter), pk=int(number))
