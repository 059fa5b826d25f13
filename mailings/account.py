"""What became of everybody: the account of a mailing, in counts and by name."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from trust.addresses import masked

if TYPE_CHECKING:
    from mailings.models import Delivery, Feedback, Mailing

FRESH = 2.0  # seconds for which counts are kept: a page that reloads asks a million rows only so often
NAMED = 500  # exceptions of each sort shown by name; the spreadsheet has all of them

CAME_BACK = "came back"

_kept: dict[int, tuple[float, dict[str, int]]] = {}


@dataclass(frozen=True)
class Account:
    """candidates = prepared + excluded; prepared = sent + waiting + failed + skipped + uncertain.

    Before it is prepared, `candidates` and `prepared` are None. `exceptions` are (who, what became of
    it, why); `eta_seconds` is None when nobody can know.
    """

    candidates: int | None
    prepared: int | None
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    excluded: list[tuple[str, int]] = field(default_factory=list)
    exceptions: list[tuple[str, str, str]] = field(default_factory=list)
    eta_seconds: int | None = None
    is_over: bool = False
    came_back: int = 0

    @classmethod
    def of(cls, mailing: "Mailing", fresh: float = FRESH, *, names: bool = True) -> "Account":
        """Return the account; without `names` it has counts alone, and asks nothing while they are fresh."""
        counts = dict(_counts(mailing, fresh))
        came_back = counts.pop(CAME_BACK, 0)
        waiting = counts.get("queued", 0) + counts.get("handed", 0)
        return cls(
            candidates=mailing.candidates,
            prepared=mailing.prepared,
            sent=counts.get("sent", 0),
            waiting=waiting,
            failed=counts.get("failed", 0),
            skipped=counts.get("skipped", 0),
            uncertain=counts.get("uncertain", 0),
            excluded=_excluded(mailing) if names else [],
            exceptions=exceptions(mailing, NAMED, came_back=bool(came_back)) if names else [],
            eta_seconds=_eta(mailing, sum(counts.values()) - waiting, waiting),
            came_back=came_back,
            is_over=mailing.is_over or (mailing.prepared is not None and waiting == 0),
        )

    @property
    def unnamed(self) -> int:
        """How many exceptions there are beside those that are named."""
        return self.failed + self.skipped + self.uncertain + self.came_back - len(self.exceptions)

    @property
    def done(self) -> int:
        """How many need nothing more, for the bar."""
        return (self.prepared or 0) - self.waiting


def _counts(mailing: "Mailing", fresh: float) -> dict[str, int]:
    kept = _kept.get(mailing.pk)
    if kept and time.monotonic() - kept[0] < fresh:
        return kept[1]
    if len(_kept) > 100:
        _kept.clear()
    counts = dict(mailing.deliveries.order_by().values_list("state").annotate(Count("id")))
    counts[CAME_BACK] = _came_back(mailing).count()
    _kept[mailing.pk] = time.monotonic(), counts
    return counts


def _excluded(mailing: "Mailing") -> list[tuple[str, int]]:
    """Return (reason, how many), most first."""
    counted = mailing.exclusions.order_by().values_list("reason").annotate(people=Count("id"))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def exceptions(mailing: "Mailing", limit: int | None = None, *, came_back: bool = True) -> list[tuple[str, str, str]]:
    """Return (who, what became of it, why) of all for whom it did not go as planned, at most `limit` of each sort."""
    unhappy = mailing.deliveries.filter(state__in=["uncertain", "failed", "skipped"]).select_related("member")
    found = [(_who(each), each.get_state_display(), each.reason) for each in unhappy.order_by("-state", "id")[:limit]]
    if not came_back:
        return found
    back = _came_back(mailing).select_related("delivery__member").order_by("delivery", "-id")[:limit]
    return found + [(_who(each.delivery), each.get_kind_display(), each.reason) for each in back]


def _came_back(mailing: "Mailing") -> "QuerySet[Feedback]":
    """What was handed over and came back, the last report of each person."""
    from mailings.models import Feedback

    later = Feedback.objects.filter(delivery=OuterRef("delivery"), pk__gt=OuterRef("pk"))
    return Feedback.objects.filter(~Exists(later), delivery__mailing=mailing, delivery__state="sent")


def _who(delivery: "Delivery") -> str:
    if delivery.member:
        return str(delivery.member)
    return masked(delivery.address) if delivery.address else "somebody forgotten"


def _eta(mailing: "Mailing", done: int, waiting: int) -> int | None:
    """Seconds until nobody waits, from the pace so far and the limits of the way out."""
    if mailing.state != "sending" or not waiting or mailing.started_at is None:
        return None
    limits = [(mailing.route.per_second, 1), (mailing.route.per_hour, 3600), (mailing.route.per_day, 86_400)]
    at_least = max((waiting * window / limit for limit, window in limits if limit), default=0)
    elapsed = (timezone.now() - mailing.started_at).total_seconds()
    if not done:
        return round(at_least) or None
    return round(max(at_least, waiting * elapsed / done, 1))
