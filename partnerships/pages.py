"""What every public page has in common."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let any proxy keep a page for a minute and ask again by its ETag; answer GET and HEAD only.

    The view and its templates look at no user, session or message: what one reader gets, all get.
    """
    return require_safe(cache_control(public=True, max_age=60)(conditional_page(view)))


def keeper(address: str) -> str:
    """Return the address of whoever keeps the site, or nothing when nobody reads it."""
    local = address.partition("@")[0].rpartition("<")[2].strip().casefold().replace("-", "").replace(".", "")
    return "" if local in {"noreply", "donotreply"} else address
