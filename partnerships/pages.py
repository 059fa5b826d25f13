"""What every public page has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from partnerships.models import Partnership, PartnershipName

KEPT = 5  # seconds a page may be kept by a browser or a proxy without asking: an edit shows within them


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let any proxy keep a page for a few seconds and ask again by its ETag; answer GET and HEAD only.

    The view and its templates look at no user, session or message: what one reader gets, all get.
    """
    return require_safe(cache_control(public=True, max_age=KEPT)(conditional_page(view)))


def of_partnership(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the listed partnership at this slug; a former slug leads for good to the present one."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **rest: Any) -> HttpResponse:
        rows = Partnership.objects.listed().with_home().with_silences().with_places()
        partnership = rows.select_related("region", "merged_into").filter(slug=slug).first()
        if partnership:
            return view(request, partnership, **rest)
        former = PartnershipName.objects.exclude(slug="").filter(
            slug=slug, partnership__in=Partnership.objects.listed()
        )
        if name := former.select_related("partnership").first():
            return redirect(request.resolver_match.view_name, slug=name.partnership.slug, **rest, permanent=True)
        raise Http404("No partnership has this name here.")

    return found


def keeper(address: str) -> str:
    """Return the address of whoever keeps the site, or nothing when nobody reads it."""
    local = address.partition("@")[0].rpartition("<")[2].strip().casefold().replace("-", "").replace(".", "")
    return "" if local in {"noreply", "donotreply"} else address
