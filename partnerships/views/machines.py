"""What machines ask for by name: sitemap.xml, robots.txt and security.txt."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from lcep.site import absolute, today
from partnerships.contact import Reader
from partnerships.machines import addresses
from partnerships.machines import sitemap as written
from partnerships.pages import public

# Where nothing is to be found: what is personal, and the addresses that carry a token.
PRIVATE = ("/admin/", "/accounts/", "/me/", "/demo/", "/u/", "/c/", "/r/", "/p/", "/n/", "/f/", "/cal/")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(written(addresses()), content_type="application/xml; charset=utf-8")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Who may look where (RFC 9309). A demonstration is invented, and nobody should find it by searching."""
    closed = ("/",) if settings.DEMO else PRIVATE
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {absolute(reverse('partnerships:sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116), where somebody reads it. Good for half a year from today."""
    if Reader.of(None) is None:
        raise Http404("Nobody has been named who would read it.")
    expires = datetime.combine(today() + timedelta(days=180), time(), tzinfo=UTC)
    lines = [
        f"Contact: {absolute(reverse('partnerships:contact_keeper'))}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {absolute(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
