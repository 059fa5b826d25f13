"""What the machine's host gave to others: in a virtual machine no figure says much without it."""

import bisect
import itertools
import threading
import time
from pathlib import Path

STAT = Path("/proc/stat")


def ticks() -> tuple[int, int]:
    """Return (all, stolen) ticks of all processors since the start: proc_stat(5), the eighth is steal."""
    words = STAT.read_text().split("\n", 1)[0].split()[1:9]
    return sum(map(int, words)), int(words[7])


def share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Return how much of the time between two looks was stolen, from 0 to 1."""
    return (after[1] - before[1]) / max(after[0] - before[0], 1)


class Watch(threading.Thread):
    """Looks twice a second, from `start()` on, whose the processors were."""

    PAUSE, OURS = 0.5, 0.05

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.looks = [(time.perf_counter(), ticks())]

    def run(self) -> None:
        while True:
            time.sleep(self.PAUSE)
            self.looks.append((time.perf_counter(), ticks()))

    @property
    def share(self) -> float:
        """How much was stolen since the start."""
        return share(self.looks[0][1], ticks())

    def was_ours(self, began: float, ended: float) -> bool:
        """Whether the host took at most a twentieth between the looks that a request lies between."""
        moments = [moment for moment, _ in self.looks]
        first = max(bisect.bisect_right(moments, began) - 1, 0)
        last = min(bisect.bisect_left(moments, ended), len(moments) - 1)
        looks = [tick for _, tick in self.looks[first : last + 1]]
        return all(share(*pair) <= self.OURS for pair in itertools.pairwise(looks))
