"""What was done in a partnership, read by those who answer for it: whoever manages it, or holds a key of it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.models import Partnership
from steering.audit import AuditForm, entries_for, told
from steering.views.handover import taking_over

A_PAGE = 50


@never_cache
@require_safe
@taking_over
def audit(request: HttpRequest, partnership: Partnership, manages: bool) -> HttpResponse:
    """Every entry, the latest first: by whom, about what, from when until when."""
    form = AuditForm(request.GET, entries=entries_for(request.user, partnership))
    page = Paginator(form.found(), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "partnership": partnership,
        "form": form,
        "page": page,
        "lines": [(entry, told(entry)) for entry in page],
        "query": f"{query.urlencode()}&" if query else "",
        "is_search": any(query.values()),
        "manages": manages,
    }
    return render(request, "steering/audit.html", context, status=200 if form.is_valid() else 400)
