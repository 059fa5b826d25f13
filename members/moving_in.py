"""What a partnership that moves in does about its people."""

from django.http import HttpRequest
from django.urls import reverse

from lcep.site import Task
from members.models import Membership
from partnerships.models import Partnership


def people(request: HttpRequest, partnership: Partnership) -> Task:
    """Done once somebody is on the list who does not manage it."""
    count = people_of(partnership)
    hint = f"{count} on your list; bring another file at any time" if count else "A file from where your list is now"
    return Task("Our people", hint, reverse("admin:members_import_add"), bool(count))


def people_of(partnership: Partnership) -> int:
    """How many are on the list, besides those who manage it today."""
    managers = partnership.stewardships.current().values("member")
    return Membership.objects.current().filter(partnership=partnership).exclude(member__in=managers).count()
