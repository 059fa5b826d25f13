"""What people read when something went wrong. Each page says only what is true, and asks neither database nor session.

A page for people; JSON or one plain line for a script, a feed reader or a calendar that asks.
"""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

log = logging.getLogger(__name__)

SOON = 30  # seconds after which it is worth asking again while the database is away
LATER = 300  # and while the site is looked after
OPEN = ("/healthz", "/readyz", "/metrics", settings.STATIC_URL)  # also while it is looked after
NOT_FOR_EYES = (".xml", ".ics", ".csv", ".txt", ".json")
UNKNOWN = "If you were saving or sending something, we cannot say whether it was done: look before you repeat it."
SAYS = {
    "errors/500.html": f"Sorry, that did not work. The fault is ours. {UNKNOWN}",
    "errors/503.html": f"Sorry, this site cannot look anything up at the moment. Try again in a minute. {UNKNOWN}",
    "errors/maintenance.html": "This site is being looked after: nothing was read or changed. Try again later.",
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/413.html", status=413)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """An error nobody foresaw; where the database did not answer, 503, and when to ask again (RFC 9110 10.2.3)."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return _sorry(request, "errors/503.html", 503, SOON)
    return _sorry(request, "errors/500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or its cookie is gone: nothing was saved, and the words are still in the tab."""
    return render(request, "errors/csrf.html", status=403)


class Maintenance:
    """With MAINTENANCE=1, answer every door with 503 before anything is read: for a move, a restore, a long upgrade."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed("MAINTENANCE is 0")
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN):
            return self.get_response(request)
        return _sorry(request, "errors/maintenance.html", 503, LATER)


def _sorry(request: HttpRequest, page: str, status: int, ask_again: int | None = None) -> HttpResponse:
    response = _said(request, page, status)
    response.headers["Cache-Control"] = "no-store"
    if ask_again:
        response.headers["Retry-After"] = str(ask_again)
    return response


def _said(request: HttpRequest, page: str, status: int) -> HttpResponse:
    wanted = request.get_preferred_type(["text/html", "application/json", "text/plain"])
    if wanted == "application/json":
        return JsonResponse({"says": SAYS[page]}, status=status)
    if wanted == "text/html" and not request.path.endswith(NOT_FOR_EYES):
        try:
            return render(request, page, {"is_reading": request.method in {"GET", "HEAD"}}, status=status)
        except Exception:  # what broke the page may break this one too
            log.exception("The page that says sorry did not work either")
    return HttpResponse(SAYS[page] + "\n", status=status, content_type="text/plain; charset=utf-8")
