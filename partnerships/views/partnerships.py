"""A partnership and its rooms. What stands above it in the house is reached through reverse relations."""

from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lcep import site
from lcep.site import absolute
from partnerships.answers import in_a_sentence, joined
from partnerships.contact import Reader
from partnerships.machines import the_partnership
from partnerships.models import Partnership
from partnerships.pages import keeper, of_partnership, public

ROUND_THE_TABLE = 12  # organisations named on the front; the network page has them all


@public
@of_partnership
def partnership(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return front(request, partnership)


@public
@of_partnership
def get_involved(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    context = shared(partnership) | {"groups": _groups(partnership)}
    return render(request, "partnerships/get_involved.html", context)


def front(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    prefetch_related_objects([partnership], "names", "links")  # each is told to people and to machines
    context = shared(partnership) | {
        "keeper": keeper(settings.DEFAULT_FROM_EMAIL),
        "reader": Reader.of(partnership),
        "links": partnership.links.all(),
        "linked": the_partnership(partnership),
        "canonical": absolute(partnership.get_absolute_url()),  # also where a region shows this page as its own
    }
    if partnership.is_at_home:
        context |= {
            "organisations": partnership.organisations.exclude(agreed_on=None)[:ROUND_THE_TABLE],
            "priorities": partnership.priorities.current(),
            "groups": _groups(partnership),
            "newsletters": partnership.newsletters.published()[:3],
        }
    return render(request, "partnerships/partnership.html", context)


def _groups(partnership: Partnership) -> Any:
    return (
        partnership.groups.current().pods().select_related("priority", "partnership") if partnership.is_at_home else []
    )


def shared(partnership: Partnership) -> dict[str, Any]:
    """What the front of a partnership and its rooms have in common."""
    rooms = [room for part in site.partnership_rooms for room in part(partnership)] if partnership.is_at_home else []
    return {
        "partnership": partnership,
        "named": in_a_sentence(partnership),
        "areas": joined([place.name for place in partnership.places.all()] or [partnership.region.name]),
        "former_names": [name for name in partnership.names.all() if name.name != partnership.name],
        "rooms": rooms,
    }
