"""Whether the process lives, and whether it can do its work."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lcep.site import readiness


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Ask every registered check; 503 with the names of those that are not well."""
    found = {}
    for name, check in readiness.items():
        try:
            found[name] = check() or "ok"
        except Exception as error:
            found[name] = type(error).__name__
    well = all(answer == "ok" for answer in found.values())
    return JsonResponse(found, status=200 if well else 503)
