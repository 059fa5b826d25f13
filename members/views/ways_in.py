"""The way back when somebody else set up a way to sign in: it asks for no sign-in, which may be what they closed."""

from datetime import UTC, datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from members.models import Member
from members.models.devices import sign_out_everywhere
from members.models.ways_in import take_away_since
from trust.models import Entry
from trust.tokens import WAYS_IN, Broken, Expired


@never_cache
def ways_in_back(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail about a change: one press takes away what was set up since, and signs out every device."""
    try:
        member, second = WAYS_IN.read(token)
    except Expired:
        return render(request, "members/ways_in_back.html", {"is_over": True}, status=410)
    except Broken:
        return render(request, "members/link_over.html", {"partnership": None}, status=404)
    person = Member.objects.filter(pk=member, erased_at=None).first()
    if person is None or person.is_staff:
        return render(request, "members/ways_in_back.html", {"is_over": True}, status=410)
    is_done = request.method == "POST"
    if is_done:
        with transaction.atomic():
            take_away_since(person, datetime.fromtimestamp(second, UTC))
            sign_out_everywhere(person)
            Entry.record("took back ways to sign in", person, by=person)
    return render(request, "members/ways_in_back.html", {"is_done": is_done})
