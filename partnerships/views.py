"""The public pages of the directory. They look at no user, session or message."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lcep import site
from partnerships.answers import answer, in_a_sentence, joined
from partnerships.contact import Reader, may_ask
from partnerships.directory import Directory
from partnerships.forms import ContactForm, SearchForm, WhereForm
from partnerships.models import Partnership, PartnershipName, Region
from partnerships.pages import keeper, public
from partnerships.tiles import TileMap

A_PAGE = 20


@public
def home(request: HttpRequest) -> HttpResponse:
    """One field, and the sentence that answers it."""
    form, directory = WhereForm(request.GET), Directory()
    where = form.cleaned_data["where"] if form.is_valid() else ""
    context = {
        "form": form,
        "where": where,
        "answer": answer(where, directory) if where else None,
        "regions": directory.regions,
        "at_home": [each for each in directory.partnerships if each.is_at_home],
        "count": len(directory.partnerships),
    }
    return render(request, "partnerships/home.html", context, status=200 if form.is_valid() else 400)


@public
def directory(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, Directory())
    page = Paginator(form.found(), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": f"{query.urlencode()}&" if query else "",
        "is_search": any(query.values()),
    }
    return render(request, "partnerships/directory.html", context, status=200 if form.is_valid() else 400)


@public
def region(request: HttpRequest, slug: str) -> HttpResponse:
    """A region, or the front of its partnership when it has just one."""
    region = get_object_or_404(Region, slug=slug)
    directory = Directory()
    here = [each for each in directory.partnerships if each.region_id == region.pk]
    if len(here) == 1:
        return _front(request, here[0])
    context = {
        "region": region,
        "partnerships": [each for each in here if each.kind == Partnership.Kind.PARTNERSHIP],
        "networks": [each for each in here if each.kind == Partnership.Kind.NETWORK],
        "gaps": directory.gaps(region),
        "map": TileMap(region, directory),
        "programmes": region.programmes.all(),
        "supporters": region.supporters.current().select_related("organisation"),
        "documents": region.documents.all(),
    }
    return render(request, "partnerships/region.html", context)


def of_partnership(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the listed partnership at this slug; a former slug leads for good to the present one."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **rest: str) -> HttpResponse:
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


@public
@of_partnership
def partnership(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return _front(request, partnership)


@public
@of_partnership
def get_involved(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    context = _shared(partnership) | {"groups": _groups(partnership)}
    return render(request, "partnerships/get_involved.html", context)


@public
@of_partnership
def documents(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return render(
        request, "partnerships/documents.html", _shared(partnership) | {"documents": partnership.documents.all()}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_partnership
def contact(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Ask a partnership, or whoever keeps its entry here. Who reads it and by when is said before the first field."""
    return _contact(request, partnership, "partnerships:received", partnership.slug)


@never_cache
@require_safe
@of_partnership
def received(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return render(request, "partnerships/received.html", {"partnership": partnership, "reader": Reader.of(partnership)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_keeper(request: HttpRequest) -> HttpResponse:
    """Ask whoever keeps this site."""
    return _contact(request, None, "partnerships:keeper_received")


@never_cache
@require_safe
def keeper_received(request: HttpRequest) -> HttpResponse:
    return render(request, "partnerships/received.html", {"partnership": None, "reader": Reader.of(None)})


def _contact(request: HttpRequest, partnership: Partnership | None, then: str, *where: str) -> HttpResponse:
    reader, status = Reader.of(partnership), 200
    form = ContactForm(request.POST or None)
    if request.method == "POST" and reader and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("email", "name", "text")}
        if form.looks_like_a_machine:
            return redirect(then, *where)
        if may_ask(request, asked["email"]):
            reader.receive(**asked)
            return redirect(then, *where)
        form.add_error(None, "That is a lot of questions in a short time. Try again in an hour; nothing was sent.")
        status = 429
    context = {"partnership": partnership, "reader": reader, "form": form}
    return render(request, "partnerships/contact.html", context, status=status)


@public
def about(request: HttpRequest) -> HttpResponse:
    return _words(request, "about")


@public
def partnerships_explained(request: HttpRequest) -> HttpResponse:
    return _words(request, "partnerships_explained")


@public
def start(request: HttpRequest) -> HttpResponse:
    return _words(request, "start")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    return _words(request, "privacy")


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return _words(request, "accessibility")


@public
def complaints(request: HttpRequest) -> HttpResponse:
    return _words(request, "complaints")


def _words(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, f"partnerships/{page}.html", {"keeper": keeper(settings.DEFAULT_FROM_EMAIL)})


def _front(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    context = _shared(partnership) | {"keeper": keeper(settings.DEFAULT_FROM_EMAIL)}
    if partnership.is_at_home:
        # What stands above the directory in the house is reached through reverse relations.
        context |= {
            "priorities": partnership.priorities.current(),
            "groups": _groups(partnership),
            "newsletters": partnership.newsletters.published()[:3],
        }
    return render(request, "partnerships/partnership.html", context)


def _groups(partnership: Partnership) -> Any:
    return (
        partnership.groups.current().pods().select_related("priority", "partnership") if partnership.is_at_home else []
    )


def _shared(partnership: Partnership) -> dict[str, Any]:
    """What the front of a partnership and its rooms have in common."""
    rooms = [room for part in site.partnership_rooms for room in part(partnership)] if partnership.is_at_home else []
    return {
        "partnership": partnership,
        "named": in_a_sentence(partnership),
        "areas": joined([place.name for place in partnership.places.all()] or [partnership.region.name]),
        "former_names": [name for name in partnership.names.all() if name.name != partnership.name],
        "rooms": rooms,
    }
