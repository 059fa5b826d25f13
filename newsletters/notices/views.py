"""A short notice on the web, once it has begun to go out."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from newsletters.models import Notice
from newsletters.views import of_partnership
from partnerships.models import Partnership
from partnerships.pages import public

BIGGEST = 2**63 - 1


@public
@of_partnership
def notice(request: HttpRequest, partnership: Partnership, number: int) -> HttpResponse:
    """What went out. A story that was taken off the noticeboard is not on it any more."""
    published = Notice.objects.published().filter(partnership=partnership)
    found = published.filter(pk=number).first() if number <= BIGGEST else None
    if found is None:
        raise Http404("No short notice has this number.")
    context = {"partnership": partnership, "notice": found, "stories": found.stories}
    return render(request, "newsletters/stories/notice.html", context)
