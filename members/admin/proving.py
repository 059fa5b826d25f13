"""The proof that one person agreed to what one list sends: on a page that prints, and as a file."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members import record
from members.models import Membership
from trust.models import Entry


@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, membership: Membership, context: dict[str, Any]) -> HttpResponse:
    """Show what a person agreed to on this list; the button hands it over as a file and writes that down."""
    lines = record.of(membership.member, membership.partnership, who="They")
    if request.method == "POST":
        with transaction.atomic():
            Entry.record("exported the proof of consent", membership, by=request.user)
        answer = HttpResponse(_text(membership, lines), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="what-person-{membership.member_id}-agreed-to.txt"'
        return answer
    return TemplateResponse(
        request, "desk/members/proof.html", context | {"title": "What this person agreed to", "lines": lines}
    )


def _text(membership: Membership, lines: list[record.Line]) -> str:
    member = membership.member
    head = [
        f"What {member.name or 'a person without a name'} <{member.mail_to}> agreed to",
        f"on the mailing list of {membership.partnership}, as written down by this site.",
        f"Made on {timezone.localtime():%-d %B %Y at %H:%M}. Lines are only ever added, never changed.",
    ]
    said = []
    for line in lines:
        said += ["", f"{line.at}", line.sentence]
        if line.words:
            said += ["They read:", *(f"    {words}" for words in line.words.splitlines())]
            said += [f"SHA-256 of these words: {line.digest}"]
    return "\n".join([*head, *said]) + "\n"
