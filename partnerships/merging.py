"""One listed partnership becomes part of another, and can still be found by every name it had."""

from django.db import transaction
from django.db.models import QuerySet

from lcep.site import today
from partnerships.models import Partnership, PartnershipName, Place
from trust.models import Entry

GIVEN = "The name of"  # how the note of every name begins that came with a merger


class Impossible(ValueError):
    """These two do not merge. The message says why, in a sentence for whoever asked."""


class Merger:
    """`merged` becomes part of `successor`. Its page stays and says so; its documents and enquiries stay with it."""

    def __init__(self, merged: Partnership, successor: Partnership) -> None:
        self.merged, self.successor = merged, successor

    @staticmethod
    def successors(merged: Partnership, member) -> QuerySet[Partnership]:
        """What `merged` may become part of: at work, in the same region, and looked after by this member too.

        A partnership at home here takes no names from an officer: its own manager, or an administrator, gives them.
        """
        mine = Partnership.objects.for_steward(member).at_work()
        return mine.filter(region=merged.region_id).exclude(pk=merged.pk).order_by("name")

    def make(self, by=None, with_places: bool = True) -> None:
        """Merge them. Raises Impossible. Once merged, nothing merges into it: no chain ever comes round to itself."""
        with transaction.atomic():
            both = Partnership.objects.filter(pk__in=[self.merged.pk, self.successor.pk])
            locked = {each.pk: each for each in both.select_for_update().order_by("pk")}
            self.merged, self.successor = locked[self.merged.pk], locked[self.successor.pk]
            self._check(self.merged, self.successor)
            self.merged.status, self.merged.merged_into = Partnership.Status.MERGED, self.successor
            self.merged.last_confirmed_on = today()
            self.merged.save(update_fields=["status", "merged_into", "last_confirmed_on"])
            self._carry_names()
            if with_places:
                self.successor.places.add(*self.merged.places.all())
            Entry.record("merged away", self.merged, by=by, fields=[f"into {self.successor}"])
            Entry.record("gave the names of a merged partnership to", self.successor, by=by, fields=[str(self.merged)])

    def take_back(self, by=None) -> bool:
        """Undo it: an entry of its own again, not confirmed; the names it gave leave the successor, places stay.

        False, and nothing changes, when it is not merged into this successor (any more).
        """
        with transaction.atomic():
            self.merged = Partnership.objects.select_for_update().get(pk=self.merged.pk)
            if self.merged.merged_into_id != self.successor.pk:
                return False
            self.merged.status, self.merged.merged_into = Partnership.Status.UNCONFIRMED, None
            self.merged.save(update_fields=["status", "merged_into"])
            given = self.successor.names.filter(name__in=_names(self.merged), note__startswith=GIVEN)
            given.delete()
            Entry.record("took back the merger of", self.merged, by=by, fields=[f"out of {self.successor}"])
        return True

    @staticmethod
    def _check(merged: Partnership, successor: Partnership) -> None:
        if merged == successor:
            raise Impossible("A partnership cannot become part of itself.")
        if merged.region_id != successor.region_id:
            raise Impossible("Both have to be in the same region.")
        if merged.is_at_home:
            raise Impossible(f"{merged} has a manager and a mailing list here, so it cannot be merged like an entry.")
        if not Partnership.objects.at_work().filter(pk=merged.pk).exists():
            raise Impossible(f"{merged} has ended, is part of another already, or is not shown.")
        if not Partnership.objects.at_work().filter(pk=successor.pk).exists():
            raise Impossible(f"{successor} has ended, is part of another already, or is not shown.")

    def names_carried(self) -> list[str]:
        """Every name the merged one had and the successor does not answer to yet."""
        known = {name.casefold() for name in _names(self.successor)}
        return list({name.casefold(): name for name in _names(self.merged) if name.casefold() not in known}.values())

    def places_carried(self) -> QuerySet[Place]:
        """Places the merged one works for and the successor does not."""
        return self.merged.places.exclude(pk__in=self.successor.places.values("pk"))

    def _carry_names(self) -> None:
        """Let the successor be found by every name the merged one had. Old addresses still lead to its own page."""
        carried = {
            "until_when": f"{today():%Y}",
            "note": f"{GIVEN} {self.merged}, which became part of it"[:200],
            "source": self.merged.source,
        }
        rows = [PartnershipName(partnership=self.successor, name=name, **carried) for name in self.names_carried()]
        PartnershipName.objects.bulk_create(rows)


def _names(partnership: Partnership) -> list[str]:
    return [partnership.name, *partnership.names.values_list("name", flat=True)]
