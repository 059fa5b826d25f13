"""Next year's school dates, which councils publish by the spring: asked for in May, before September needs them."""

from datetime import date

from lcep.site import today
from partnerships.models import HalfTerm, Partnership, Place

FROM, UNTIL = 5, 8  # May to August
LAST = 31  # of May


def begins() -> int:
    """The year in which the next school year begins."""
    return today().year if today().month < 9 else today().year + 1


def place_without(partnership: Partnership) -> Place | None:
    """A place of the partnership whose next school year nobody has put in; examples do not count."""
    year = begins()
    name = f"{year}/{(year + 1) % 100:02}"
    known = HalfTerm.objects.filter(school_year=name, is_illustrative=False).values("place")
    places = partnership.places.order_by("name")
    return None if places.filter(pk__in=known).exists() else places.first()


def is_asked_for() -> bool:
    return FROM <= today().month <= UNTIL


def by() -> date:
    """When they are wanted: by the end of May; after it, now."""
    return max(today(), date(today().year, FROM, LAST))
