"""The whole directory, read once for one page: who covers which place, and what a typed name means."""

import time
from collections.abc import Iterable
from functools import cached_property

from django.conf import settings
from django.db.models import Prefetch
from django.utils.safestring import SafeString
from django.utils.text import slugify

from partnerships.models import Partnership, PartnershipName, Place, Priority, Region
from partnerships.spelling import NEAR, bare, closeness, folded


class Directory:
    """The listed partnerships with their places, former names and priorities.

    Five queries, however many rows: a few hundred partnerships and some thousand places fit in
    memory, and a match that forgives slips cannot be asked of two kinds of database alike. For the same
    reason `now()` may hand the same one to everybody for a moment: nothing in it is ever changed.
    """

    def __init__(self) -> None:
        # What templates drew from it: cards with their rows, fields of the search by (name, choice).
        self.drawn: dict[tuple[str, str], SafeString] = {}

    _kept: tuple[float, "Directory"] | None = None

    @classmethod
    def now(cls) -> "Directory":
        """Return the directory as it is, or as it was at most KEEP_DIRECTORY seconds ago."""
        kept = cls._kept
        if kept is None or kept[0] <= time.monotonic():
            kept = cls._kept = (time.monotonic() + settings.KEEP_DIRECTORY, cls())
        return kept[1]

    @cached_property
    def places(self) -> dict[int, Place]:
        return {place.pk: place for place in Place.objects.select_related("region").defer("seeded", "region__seeded")}

    @cached_property
    def partnerships(self) -> list[Partnership]:
        rows = Partnership.objects.listed().with_home().with_silences().with_places()
        return list(
            rows.select_related("region", "merged_into").prefetch_related(
                Prefetch("names", PartnershipName.objects.only("partnership_id", "name", "slug", "until_when")),
                Prefetch("priorities", Priority.objects.current(), to_attr="current_priorities"),
            )
        )

    @cached_property
    def regions(self) -> list[Region]:
        return list(Region.objects.defer("seeded"))

    @cached_property
    def areas(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every area but the wards, as (address, name) under the name of its region: what a filter offers."""
        found: dict[int, list[tuple[str, str]]] = {region.pk: [] for region in self.regions}
        for place in sorted(self.places.values(), key=lambda place: place.name):
            if place.kind != Place.Kind.WARD:
                found[place.region_id].append((place.slug, place.name))
        return [(region.name, found[region.pk]) for region in self.regions if found[region.pk]]

    @cached_property
    def priorities(self) -> list[tuple[str, str]]:
        """The short names of what partnerships work on today, each with its address."""
        names = {
            slugify(p.short_name): p.short_name
            for each in self.partnerships
            for p in getattr(each, "current_priorities", ())
        }
        return sorted(names.items())

    def place(self, slug: str) -> Place | None:
        return self._by_slug.get(slug)

    @cached_property
    def _by_slug(self) -> dict[str, Place]:
        return {place.slug: place for place in self.places.values()}

    def lineage(self, place: Place) -> list[Place]:
        """Return a place and what it lies inside, from the smallest to the largest."""
        line = [place]
        while (outer := self.places.get(line[-1].inside_id or 0)) and outer not in line:
            line.append(outer)
        return line

    def covering(self, place: Place) -> list[Partnership]:
        """Return the partnerships that still work for a place: its own first, wider ones after."""
        line = {part.pk for part in self.lineage(place)}
        found = [each for each in self._at_work if line & {area.pk for area in each.places.all()}]
        return sorted(found, key=lambda each: (len(each.places.all()), each.name))

    def meant_places(self, typed: str) -> list[Place]:
        """Return the places a text may mean: those that fit best, boroughs and cities before wards."""
        text = bare(typed)
        fits = [
            (fit, place) for place in self.places.values() if (fit := closeness(text, bare(place.name))) is not None
        ]
        return [place for _, place in self._best(fits, lambda place: (place.kind == Place.Kind.WARD, place.name))]

    def meant_partnerships(self, typed: str) -> list[Partnership]:
        """Return the partnerships whose present or former name fits best."""
        text = folded(typed)
        fits = [(fit, each) for each in self.partnerships if (fit := _fit(text, _names(each))) is not None]
        return [each for _, each in self._best(fits, lambda each: each.name)]

    def search(self, typed: str) -> list[Partnership]:
        """Return every partnership that fits by name, former name, place or a part of its place, best first.

        What fits only with a slip of the finger is shown when nothing fits without.
        """
        text, place_text = folded(typed), bare(typed)
        fits = []
        for each in self.partnerships:
            found = [_fit(text, _names(each)), _fit(place_text, self._areas(each))]
            known = [fit for fit in found if fit is not None]
            if known:
                fits.append((min(known), each))
        if any(fit < NEAR for fit, _ in fits):
            fits = [(fit, each) for fit, each in fits if fit < NEAR]
        return [each for _, each in sorted(fits, key=lambda pair: (pair[0], len(pair[1].places.all()), pair[1].name))]

    def within(self, place: Place) -> list[Partnership]:
        """Return the partnerships of a place, of what it lies inside, and of what lies inside it."""
        near = {part.pk for part in self.lineage(place)} | {part.pk for part in self._parts.get(place.pk, ())}
        return [each for each in self.partnerships if near & {area.pk for area in each.places.all()}]

    def gaps(self, region: Region) -> list[Place]:
        """Return the boroughs, cities and districts of a region that no listed partnership covers."""
        wards = Place.Kind.WARD
        mine = [place for place in self.places.values() if place.region_id == region.pk and place.kind != wards]
        return sorted((place for place in mine if not self.covering(place)), key=lambda place: place.name)

    @cached_property
    def _at_work(self) -> list[Partnership]:
        over = {Partnership.Status.ENDED, Partnership.Status.MERGED}
        return [
            each for each in self.partnerships if each.status not in over and each.kind == Partnership.Kind.PARTNERSHIP
        ]

    @cached_property
    def _parts(self) -> dict[int, list[Place]]:
        """Every place by the id of each place it lies inside."""
        parts: dict[int, list[Place]] = {}
        for place in self.places.values():
            for outer in self.lineage(place)[1:]:
                parts.setdefault(outer.pk, []).append(place)
        return parts

    def _areas(self, partnership: Partnership) -> list[str]:
        areas = partnership.places.all()
        return [bare(place.name) for area in areas for place in [area, *self._parts.get(area.pk, ())]]

    @staticmethod
    def _best(fits: list, order) -> list:
        best = min((fit for fit, _ in fits), default=None)
        return sorted((pair for pair in fits if pair[0] == best), key=lambda pair: order(pair[1]))


def _names(partnership: Partnership) -> list[str]:
    names = [partnership.name, partnership.slug, *(former.name for former in partnership.names.all())]
    return [folded(name) for name in names]


def _fit(typed: str, names: Iterable[str]) -> int | None:
    return min((fit for name in names if (fit := closeness(typed, name)) is not None), default=None)
