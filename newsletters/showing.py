"""What can be seen from outside without signing in: a picture of a newsletter, and a draft shown to a colleague."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from mailings.models import Delivery
from members.models import Member
from newsletters.built import THEIR_OWN, Built
from newsletters.models import DraftLink, Picture
from trust.headers import MAIL_POLICY
from trust.tokens import DRAFT, Broken, Expired

A_YEAR = 31_536_000


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A picture, for ever the same bytes; other sites (a reader's web mail) may show it."""
    found = Picture.objects.shown().filter(key=name.rpartition(".")[0]).first()
    if found is None or not found.get_absolute_url().endswith(f"/{name}"):
        raise Http404("No picture has this address.")
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": f"public, max-age={A_YEAR}, immutable",
        "ETag": f'"{found.key}"',
        "X-Robots-Tag": "noindex",
    }
    whole = HttpResponse(bytes(found.content), content_type=f"image/{found.kind}", headers=headers)
    return get_conditional_response(request, headers["ETag"], response=whole) or whole


@require_safe
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as it stands now, to be read; once it is sent, the way to the archive."""
    link = _link(token)
    if link is None:
        return render(request, "newsletters/draft_over.html", status=410)
    if link.newsletter.is_published:
        return redirect(link.newsletter)
    return render(request, "newsletters/draft.html", {"link": link, "newsletter": link.newsletter, "token": token})


@require_safe
def draft_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Its HTML part as it would leave, for the frame of the page above only."""
    link = _link(token)
    if link is None:
        raise Http404("This draft is shown no more.")
    somebody = Member(email="you@example.org", mail_to="you@example.org", name="")
    built = Built(link.newsletter, Delivery.sample(somebody), choices=THEIR_OWN)
    return HttpResponse(built.html, headers={"Content-Security-Policy": MAIL_POLICY})


def _link(token: str) -> DraftLink | None:
    """The link behind a token of ours, while it holds. Raises Http404 for what is no token of ours."""
    try:
        (pk,) = DRAFT.read(token)
    except Expired:
        return None
    except Broken:
        raise Http404("This address is not one of ours.") from None
    return (
        DraftLink.objects.open().filter(pk=pk).select_related("newsletter__partnership", "newsletter__mailing").first()
    )
