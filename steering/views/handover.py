"""The handover page of every day: what somebody needs who takes over tomorrow."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lcep.site import today
from members.doors import signed_in
from partnerships.models import Partnership
from steering.forms import NoteForm
from steering.handover import Handover
from steering.models import HandoverNote, KeyHolders
from trust.models import Entry


def taking_over(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view a partnership: to who manages it, and to who holds a key of it. For others there is no page."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, slug: str) -> HttpResponse:
        partnership = get_object_or_404(Partnership.objects.listed(), slug=slug)
        manages = request.user.stewarded_partnerships().filter(pk=partnership.pk).exists()
        if not manages and request.user not in KeyHolders(partnership):
            raise Http404
        return view(request, partnership, manages=manages)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@taking_over
def handover(request: HttpRequest, partnership: Partnership, manages: bool) -> HttpResponse:
    """What is promised and due, who holds which role, where things are, and the notes."""
    note = HandoverNote.latest(partnership)
    form = NoteForm(request.POST or None, initial={"text": note.text if note else ""})
    if request.method == "POST" and form.is_valid():
        HandoverNote.write(partnership, form.cleaned_data["text"], by=request.user)
        messages.success(request, "Saved for whoever comes next.")
        return redirect("steering:handover", partnership.slug)
    context = {
        "partnership": partnership,
        "sections": Handover(partnership, opens_desk=manages).sections,
        "note": note,
        "form": form,
        "manages": manages,
    }
    return render(request, "steering/handover.html", context)


@never_cache
@require_safe
@taking_over
def handover_file(request: HttpRequest, partnership: Partnership, manages: bool) -> HttpResponse:
    """The same as plain text, to be kept where no site is needed."""
    if request.method != "HEAD":
        with transaction.atomic():
            Entry.record("exported the handover page of", partnership, by=request.user)
    answer = HttpResponse(Handover(partnership, opens_desk=manages).as_text(), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="handover-{partnership.slug}-{today()}.txt"'
    return answer
