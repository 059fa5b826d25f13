"""What is one's own of a role: the line beside one's name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.doors import signed_in
from pods.models import Appointment
from steering.forms import LineForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """Write one's own line, and say whether one is named in public."""
    held = get_object_or_404(Appointment.objects.current().filter(member=request.user).select_related("group"), pk=pk)
    form = LineForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("members:me")
    return render(request, "steering/line.html", {"held": held, "form": form})
