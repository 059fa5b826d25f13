"""What a partnership that moves in says about itself."""

from django.http import HttpRequest
from django.urls import reverse

from lcep.site import Task, today
from partnerships.admin.screens import keeps_a_region
from partnerships.models import HalfTerm, Partnership


def who_we_are(request: HttpRequest, partnership: Partnership) -> Task:
    """Done once its page says what it is and for which places."""
    is_done = bool(partnership.summary or partnership.about) and partnership.places.exists()
    hint = "What you are and do, and for which places"
    return Task("Who we are", hint, _screen(partnership), is_done)


def mail_name(request: HttpRequest, partnership: Partnership) -> Task:
    """Done once replies come to somebody, and every mail says who sends it and from where."""
    is_done = bool(partnership.mailbox and partnership.postal_identity)
    hint = f"Mail comes from “{partnership}”. Say where replies go, and the name and address under each mail"
    return Task("Our mail name", hint, _screen(partnership), is_done)


def school_dates(request: HttpRequest, partnership: Partnership) -> Task:
    """Done once a half term from today on is known for one of its places."""
    known = HalfTerm.objects.of(partnership.places.all()).filter(last_on__gte=today(), is_illustrative=False)
    last = known.last()
    if last:
        return Task("School dates", f"Known up to {last.last_on:%-d %B %Y}", "", True)
    place = partnership.places.order_by("name").first()
    if place and keeps_a_region(request):
        address = reverse("admin:partnerships_place_change", args=[place.pk])
        return Task("School dates", f"Copy the half terms of {place} from its council’s page", address, False)
    return Task("School dates", _whom_to_ask(partnership), "", False)


def _whom_to_ask(partnership: Partnership) -> str:
    officers = [str(stewardship.member) for stewardship in partnership.region.stewardships.current()[:2]]
    whom = " or ".join(officers) if officers else "whoever looks after this site"
    return f"Ask {whom} to add the half terms of your place"


def _screen(partnership: Partnership) -> str:
    return reverse("admin:partnerships_partnership_change", args=[partnership.pk])
