"""Whether the process lives, and whether it can do its work."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lcep.site import measures, readiness


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Ask every registered check; 503 with the names of those that are not well."""
    found = state()
    return JsonResponse(found, status=200 if is_well(found) else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell numbers in Prometheus' text format 0.0.4, to who shows METRICS_TOKEN; to others it is not there.

    Every number is read from the database when it is asked for: counters kept in each of several processes
    would each tell a part.
    """
    shown = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(shown, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    lines = ["# HELP lcep_ready Whether a part of the site is well.", "# TYPE lcep_ready gauge"]
    lines += [f'lcep_ready{{check="{name}"}} {int(answer == "ok")}' for name, answer in state().items()]
    for part in measures:
        for measure in part():
            if measure.value is not None:
                lines += [f"# HELP {measure.name} {measure.help}", f"# TYPE {measure.name} gauge"]
                lines += [f"{measure.name} {measure.value:g}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def state() -> dict[str, str]:
    """Return what every registered check says: "ok", or what is wrong."""
    found = {}
    for name, check in readiness.items():
        try:
            found[name] = check() or "ok"
        except Exception as error:
            found[name] = type(error).__name__
    return found


def is_well(found: dict[str, str]) -> bool:
    return all(answer == "ok" for answer in found.values())
