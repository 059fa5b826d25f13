"""Who is alive, and how we know: the dates of the last signs of life, quietest first."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils.timezone import localdate

from lcep import site
from lcep.site import today
from partnerships.models import Confirmation, Partnership, Region

LONG = timedelta(days=182)  # half a year: by then a listing has been asked about twice or three times


@dataclass
class Pulse:
    """One partnership and its signs of life. `signs` has the dates in the order of `Freshness.labels`."""

    partnership: Partnership
    is_mine: bool
    signs: list[date | None]
    question: Confirmation | None = None

    @property
    def last_confirmed_on(self) -> date | None:
        return self.partnership.last_confirmed_on

    @property
    def asked_on(self) -> date | None:
        return localdate(self.question.asked_at) if self.question else None

    @property
    def answered_on(self) -> date | None:
        return localdate(self.question.answered_at) if self.question and self.question.answered_at else None

    @property
    def latest(self) -> date:
        """The last day on which anything showed that it lives; the beginning of time when nothing did."""
        return max([day for day in [*self.signs, self.last_confirmed_on, self.answered_on] if day], default=date.min)

    @property
    def has_signs(self) -> bool:
        return self.latest > date.min

    @property
    def is_stale(self) -> bool:
        """Whether nobody has confirmed it for half a year, or ever."""
        return self.last_confirmed_on is None or self.last_confirmed_on < today() - LONG


@dataclass
class Freshness:
    """What a member looks after, and what is at home in the regions they keep. As many queries for one as for 200."""

    member: Any
    labels: list[str] = field(default_factory=list)

    def pulses(self) -> list[Pulse]:
        """Every partnership at work, quietest first."""
        mine = set(Partnership.objects.for_steward(self.member).values_list("pk", flat=True))
        of_regions = Q(region__in=Region.objects.for_steward(self.member))
        rows = Partnership.objects.at_work().filter(Q(pk__in=mine) | of_regions)
        partnerships = list(rows.with_home().with_silences().select_related("region").defer("seeded", "region__seeded"))
        signs = [part([each.pk for each in partnerships]) for part in site.signs_of_life]
        self.labels = [label for label, _ in signs]
        questions = self._last_questions(partnerships)
        pulses = [
            Pulse(each, each.pk in mine, [days.get(each.pk) for _, days in signs], questions.get(each.pk))
            for each in partnerships
        ]
        return sorted(pulses, key=lambda pulse: (pulse.latest, pulse.partnership.name))

    @staticmethod
    def _last_questions(partnerships: list[Partnership]) -> dict[int, Confirmation]:
        asked = Confirmation.objects.filter(partnership__in=partnerships).order_by()
        last = asked.values("partnership").annotate(last=Max("pk")).values("last")
        return {each.partnership_id: each for each in Confirmation.objects.filter(pk__in=last).defer("correction")}
