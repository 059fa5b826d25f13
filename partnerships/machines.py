"""What machines read: the map of the site for search engines, and what a page is about as schema.org data."""

from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.xmlutils import SimplerXMLGenerator

from lcep.site import absolute
from partnerships.directory import Directory
from partnerships.models import Document, Partnership, Region

# The days on which the pages of words were last rewritten; privacy and accessibility say it on the page as well.
WORDS = {
    "about": date(2026, 11, 21),
    "partnerships_explained": date(2026, 11, 21),
    "start": date(2026, 11, 21),
    "privacy": date(2026, 11, 21),
    "accessibility": date(2026, 11, 21),
    "complaints": date(2026, 11, 21),
}
ROOMS = ("partnerships:get_involved", "partnerships:documents", "pods:pods", "pods:network")

Line = tuple[str, date | None]


def addresses() -> Iterator[Line]:
    """Every page worth finding, with the day its content last changed where that is known.

    A partnership's page changes when its facts are confirmed or a newsletter goes out. What stands above
    the directory is asked through the reverse relations, once for all partnerships.
    """
    directory = Directory.now()
    facts = {each.pk: each.last_confirmed_on for each in directory.partnerships}
    newsletters = [(row, localtime(row.out_at).date()) for row in _newsletters(directory.partnerships)]
    latest = dict(facts)
    for row, out_on in newsletters:
        latest[row.partnership_id] = max(out_on, latest.get(row.partnership_id) or out_on)
    newest = max((day for day in latest.values() if day), default=None)
    yield reverse("partnerships:home"), newest
    yield reverse("partnerships:directory"), newest
    yield from ((reverse(f"partnerships:{name}"), day) for name, day in WORDS.items())
    for region in directory.regions:
        here = [each for each in directory.partnerships if each.region_id == region.pk]
        if len(here) != 1:  # a region with one partnership shows that partnership's page, which comes below
            yield region.get_absolute_url(), _latest([region.last_confirmed_on, *(facts[each.pk] for each in here)])
    for each in directory.partnerships:
        yield each.get_absolute_url(), latest[each.pk]
        if each.is_at_home:
            yield from ((reverse(room, args=[each.slug]), latest[each.pk]) for room in ROOMS)
    yield from ((row.get_absolute_url(), out_on) for row, out_on in newsletters)
    yield from _groups(directory.partnerships)
    yield from _documents()


def sitemap(lines: Iterable[Line]) -> str:
    """Write the map of the site as sitemaps.org's XML (protocol 0.9)."""
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}))
    for path, changed_on in lines:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", absolute(path))
        if changed_on:
            xml.addQuickElement("lastmod", changed_on.isoformat())
        xml.endElement("url")
    xml.endElement("urlset")
    return out.getvalue()


def the_site() -> dict[str, Any]:
    """The site, and that it can be searched (schema.org WebSite, SearchAction)."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Local Cultural Education Partnerships",
        "url": absolute("/"),
        "inLanguage": "en-GB",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute(reverse('partnerships:directory'))}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def the_partnership(partnership: Partnership) -> list[dict[str, Any]]:
    """A partnership as an Organization, and where its page stands. Nothing but what the page says."""
    page = absolute(partnership.get_absolute_url())
    said = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{page}#partnership",
        "name": partnership.name,
        "alternateName": [name.name for name in partnership.names.all() if name.name != partnership.name],
        "description": partnership.summary,
        "url": partnership.website or page,
        "mainEntityOfPage": page,
        "areaServed": [{"@type": "AdministrativeArea", "name": place.name} for place in partnership.places.all()],
        "sameAs": [link.url for link in partnership.links.all()],
    }
    return [
        {name: value for name, value in said.items() if value},
        crumbs((partnership.region.name, partnership.region.get_absolute_url()), (partnership.name, page)),
    ]


def the_region(region: Region) -> list[dict[str, Any]]:
    return [crumbs(("Partnerships", reverse("partnerships:directory")), (region.name, region.get_absolute_url()))]


def crumbs(*steps: tuple[str, str]) -> dict[str, Any]:
    """The way to a page from the home page (schema.org BreadcrumbList)."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": number,
                "name": name,
                "item": address if address.startswith("http") else absolute(address),
            }
            for number, (name, address) in enumerate(steps, 1)
        ],
    }


def _newsletters(partnerships: list[Partnership]) -> Any:
    newsletters: Any = Partnership._meta.get_field("newsletters").related_model
    return newsletters.objects.published().filter(partnership__in=partnerships).select_related("partnership")


def _groups(partnerships: list[Partnership]) -> Iterator[Line]:
    groups: Any = Partnership._meta.get_field("groups").related_model
    for group in groups.objects.public().filter(partnership__in=partnerships).select_related("partnership"):
        yield group.get_absolute_url(), None


def _documents() -> Iterator[Line]:
    """Documents that can be had here; what lies elsewhere is not ours to announce."""
    for document in (
        Document.objects.filter(versions__isnull=False).distinct().prefetch_related("versions", "partnership", "region")
    ):
        owner = document.partnership or document.region
        if owner and not (document.partnership and document.partnership.status == Partnership.Status.HIDDEN):
            yield f"{owner.get_absolute_url()}documents/{document.slug}/", document.versions.all()[0].dated_on


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)
