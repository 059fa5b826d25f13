"""How much the way out may take: exact in every window of any position, for all runs of all hosts together.

Each window (a second, an hour, a day) is cut into 20 slots; the route's row holds how many results
fell into each. What may still be handed over is the limit, less the results of the last 21 slots (the
partly covered one included), less what is in hand anywhere: a mail is counted during its whole time
on the wire. A token bucket of the same size lets through twice the limit.
"""

import math
from collections.abc import Mapping
from typing import Any

SLOTS = 20
WINDOWS = {"per_second": 1.0, "per_hour": 3600.0, "per_day": 86_400.0}


class Allowance:
    """The limits of one route at one moment of the database's clock. `used` is {window: {slot: results}}."""

    def __init__(self, limits: Mapping[str, int | None], reserve: int, used: Mapping[str, Any], now: float) -> None:
        self.limits = {name: limit for name, limit in limits.items() if limit is not None}
        self.reserve, self.now = reserve, now
        self.used = {name: self._recent(name, used.get(name, {})) for name in self.limits}

    def __bool__(self) -> bool:
        """Whether there is any limit at all."""
        return bool(self.limits)

    def count(self, results: int) -> None:
        """Note results that are being written now."""
        for name, slots in self.used.items():
            slot = str(self._slot(name))
            slots[slot] = slots.get(slot, 0) + results

    def left(self, in_hand: int, *, marketing: bool) -> int:
        """How many more may be handed over, with so many in hand anywhere. A tenth is kept for service mail."""
        share = 1 - self.reserve / 100 if marketing else 1
        free = [int(limit * share) - sum(self.used[name].values()) - in_hand for name, limit in self.limits.items()]
        return max(0, min(free))

    def frees_in(self) -> float:
        """In how many seconds the oldest results are forgotten where they fill a window.

        0 where none is full, endless where a limit leaves nothing beside what is kept for service mail.
        """
        waits = [0.0]
        for name, limit in self.limits.items():
            share = int(limit * (1 - self.reserve / 100))
            if share < 1:
                return math.inf
            if sum(self.used[name].values()) >= share:
                waits.append((min(map(int, self.used[name])) + SLOTS + 1) * WINDOWS[name] / SLOTS - self.now)
        return max(waits)

    def _slot(self, name: str) -> int:
        return int(self.now / (WINDOWS[name] / SLOTS))

    def _recent(self, name: str, slots: Mapping[str, int]) -> dict[str, int]:
        newest = self._slot(name)
        return {slot: count for slot, count in slots.items() if newest - SLOTS <= int(slot) <= newest + 1}
