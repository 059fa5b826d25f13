"""The archive: every issue on a page of its own, by school year, and as a feed. No user, session or message."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime

from newsletters import emails
from newsletters.feed import feed_of
from newsletters.models import Newsletter, Notice
from partnerships.models import Partnership, PartnershipName
from partnerships.pages import public

BIGGEST = 100_000  # no archive has more issues, and every database holds the number
CONTENTS = 3  # headings from which on a list of them is worth its room


class Shelf(NamedTuple):
    """What went out in one school year, newest first."""

    issues: list[Newsletter]
    notices: list[Notice]


def of_partnership(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view a listed partnership that is at home or has newsletters here; others have no archive."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        partnership = Partnership.objects.listed().with_home().filter(slug=slug).first()
        if partnership is None:
            former = PartnershipName.objects.filter(slug=slug, partnership__in=Partnership.objects.listed())
            name = former.select_related("partnership").first()
            if name is None:
                raise Http404("No partnership has this name here.")
            here = reverse(f"newsletters:{view.__name__}", kwargs={"slug": name.partnership.slug} | more)
            return redirect(here, permanent=True)
        if not partnership.is_at_home and not partnership.newsletters.published().exists():
            raise Http404("This partnership has no newsletters here.")
        return view(request, partnership, **more)

    return found


@public
@of_partnership
def archive(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """All issues by school year, newest first; below those of a year the short notices that were sent in it."""
    years: dict[str, Shelf] = {}
    for issue in partnership.newsletters.published().select_related("half_term"):
        issue.partnership = partnership
        years.setdefault(school_year(issue), Shelf([], [])).issues.append(issue)
    for notice in partnership.notices.published():
        notice.partnership = partnership
        years.setdefault(_year_of(localtime(notice.out_at)), Shelf([], [])).notices.append(notice)
    newest_first = dict(sorted(years.items(), reverse=True))
    return render(request, "newsletters/archive.html", {"partnership": partnership, "years": newest_first})


@public
@of_partnership
def newsletter(request: HttpRequest, partnership: Partnership, number: int) -> HttpResponse:
    """One issue: the headings, links and words that went out."""
    issues = partnership.newsletters.published().select_related("half_term")
    issue = issues.filter(number=number).first() if number <= BIGGEST else None
    if issue is None:
        raise Http404("No newsletter has this number.")
    sections = [] if issue.withdrawn_at else emails.pieces(issue)
    headed = [section for section in sections if section.heading]
    context = {
        "partnership": partnership,
        "newsletter": issue,
        "opening": emails.opening(issue),
        "sections": sections,
        "contents": headed if len(headed) >= CONTENTS else [],
        "corrections": [(each, emails.read(each.words)) for each in issue.corrections.published()],
        "earlier": issues.filter(number__lt=number).first(),
        "later": issues.filter(number__gt=number).last(),
    }
    return render(request, "newsletters/newsletter.html", context)


@public
@of_partnership
def feed(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The twenty newest issues as Atom (RFC 4287)."""
    xml = feed_of(partnership, list(partnership.newsletters.published()[:20]))
    return HttpResponse(xml, content_type="application/atom+xml; charset=utf-8")


def school_year(issue: Newsletter) -> str:
    """Return "2025/26": the year of its half term, or the one its date falls in (years begin in September)."""
    return issue.half_term.school_year if issue.half_term else _year_of(localtime(issue.out_at))


def _year_of(day: datetime) -> str:
    begins = day.year if day.month >= 9 else day.year - 1
    return f"{begins}/{(begins + 1) % 100:02}"
