"""Finding a partnership: the one field, the directory and the regions."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lcep.site import absolute
from partnerships.answers import answer
from partnerships.directory import Directory
from partnerships.forms import SearchForm, WhereForm
from partnerships.machines import the_region, the_site
from partnerships.models import Partnership, Region
from partnerships.pages import public
from partnerships.tiles import TileMap
from partnerships.views.partnerships import front

A_PAGE = 20


@public
def home(request: HttpRequest) -> HttpResponse:
    """One field, and the sentence that answers it."""
    form, directory = WhereForm(request.GET), Directory.now()
    where = form.cleaned_data["where"] if form.is_valid() else ""
    context = {
        "form": form,
        "where": where,
        "answer": answer(where, directory) if where else None,
        "regions": directory.regions,
        "at_home": [each for each in directory.partnerships if each.is_at_home],
        "count": len(directory.partnerships),
        "linked": [] if where else [the_site()],
    }
    return render(request, "partnerships/home.html", context, status=200 if form.is_valid() else 400)


@public
def directory(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, Directory.now())
    page = Paginator(form.found(), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": f"{query.urlencode()}&" if query else "",
        "is_search": any(query.values()),
    }
    if page.number > 1 and not query:
        context["canonical"] = absolute(f"{request.path}?page={page.number}")
    return render(request, "partnerships/directory.html", context, status=200 if form.is_valid() else 400)


@public
def region(request: HttpRequest, slug: str) -> HttpResponse:
    """A region, or the front of its partnership when it has just one."""
    region = get_object_or_404(Region, slug=slug)
    directory = Directory.now()
    here = [each for each in directory.partnerships if each.region_id == region.pk]
    if len(here) == 1:
        return front(request, here[0])
    context = {
        "region": region,
        "partnerships": [each for each in here if each.kind == Partnership.Kind.PARTNERSHIP],
        "networks": [each for each in here if each.kind == Partnership.Kind.NETWORK],
        "gaps": directory.gaps(region),
        "map": TileMap(region, directory),
        "programmes": region.programmes.all(),
        "supporters": region.supporters.current().select_related("organisation"),
        "linked": the_region(region),
        "documents": region.documents.prefetch_related("versions"),
    }
    return render(request, "partnerships/region.html", context)
