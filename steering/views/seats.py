"""The seats round a table, kept by those who lead the group: the Chair of Steering and its manager, the Executive's."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lcep.site import today
from pods.models import Group
from steering.forms import SeatForm
from steering.models import Seat
from steering.views.table import at_the_table
from trust.models import Entry


@at_the_table
def seats(request: HttpRequest, group: Group) -> HttpResponse:
    """Every seat of today with how many sit there; POST makes one more."""
    form = SeatForm(request.POST or None, instance=Seat(group=group))
    if request.method == "POST" and form.is_valid():
        _keep(form, "added", request.user)
        messages.success(request, f"There is a seat for {form.instance} now.")
        return redirect("steering:seats", group.ref)
    rows = Seat.objects.current().with_taken().filter(group=group)
    return render(request, "steering/seats.html", {"group": group, "seats": rows, "form": form})


@at_the_table
def seat(request: HttpRequest, group: Group, seat: int) -> HttpResponse:
    """One seat: its words and places; or its last day today. Who sat on it, and when, stays on record."""
    found = get_object_or_404(Seat.objects.current().with_taken(), group=group, pk=seat)
    if request.method == "POST" and request.POST.get("wish") == "end":
        with transaction.atomic():
            if Seat.objects.filter(pk=found.pk, until_on=None).update(until_on=today()):
                Entry.record("took a seat away", found, by=request.user)
        messages.success(request, f"{found} is a seat until this evening. Who sat there stays on record.")
        return redirect("steering:seats", group.ref)
    form = SeatForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        _keep(form, "changed", request.user)
        messages.success(request, "Saved.")
        return redirect("steering:seats", group.ref)
    return render(request, "steering/seat.html", {"group": group, "seat": found, "form": form})


def _keep(form: SeatForm, verb: str, by) -> None:
    with transaction.atomic():
        seat = form.save()
        Entry.record(verb, seat, by=by, fields=form.changed_data)
