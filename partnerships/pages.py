"""What every public page has in common."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import parse_http_date_safe
from django.views.decorators.http import require_safe

from lcep.ready import changed_at
from partnerships.models import Partnership, PartnershipName

KEPT = 5  # seconds a page may be kept by a browser or a proxy without asking: an edit shows within them


class Unmade(HttpResponse):
    """An answer whose ETag is known before its bytes: Django makes them last of all (`render`), and for whoever has
    them already, nobody does. `made_of` is everything they are made of, in words.
    """

    def __init__(self, make: Callable[[], str], made_of: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.make = make
        self.headers["ETag"] = etag_of(made_of.encode())

    def render(self) -> "Unmade":
        self.content = self.make()
        return self


def etag_of(content: bytes) -> str:
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let any proxy keep a page for a few seconds and ask again by its ETag or date; answer GET and HEAD only.

    The view and its templates look at no user, session or message: what one reader gets, all get. The
    ETag is weak, because the same page may travel packed; only addresses without a question get a date.
    """

    @require_safe
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        whole = view(request, *args, **kwargs)
        if whole.status_code != 200:
            return whole
        patch_cache_control(whole, public=True, max_age=KEPT)
        etag = whole.headers.get("ETag") or etag_of(whole.content)
        whole.headers["ETag"] = etag
        if not request.META.get("QUERY_STRING"):
            whole.headers["Last-Modified"] = changed_at(request.path, etag)
        modified = parse_http_date_safe(whole.headers.get("Last-Modified", ""))
        answer = get_conditional_response(request, etag, modified, whole) or whole
        if answer is not whole and not isinstance(whole, Unmade):
            answer.__dict__["whole"] = whole  # for whoever keeps pages: the next reader has it not
        return answer

    return page


def of_partnership(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the listed partnership at this slug; a former slug leads for good to the present one."""

    def whole(rows: Any) -> Any:
        return rows.with_home().with_silences().with_places().select_related("region", "merged_into")

    return _at_its_slug(view, whole)


def of_partnership_alone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for what machines read: the partnership's own row and nothing around it, which is quick."""
    return _at_its_slug(view, lambda rows: rows)


def _at_its_slug(view: Callable[..., HttpResponse], read: Callable[[Any], Any]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def found(request: HttpRequest, slug: str, **rest: Any) -> HttpResponse:
        partnership = read(Partnership.objects.listed()).filter(slug=slug).first()
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
