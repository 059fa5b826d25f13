"""Asking a partnership, or whoever keeps this site. Forms: private, and never kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.contact import Reader, may_ask
from partnerships.forms import ContactForm
from partnerships.models import Partnership
from partnerships.pages import of_partnership


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
