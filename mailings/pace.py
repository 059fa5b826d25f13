"""How Python shares its time while mail is sent."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH = 0.0005  # seconds; in Python's usual 0.005 the lines would keep the coordinator after each of its statements
YOUNG = 50_000  # objects; at Python's usual 700 a fifth of the time went into looking for cycles among rows in hand


@contextmanager
def brisk() -> Iterator[None]:
    """Let threads take turns often, and look for forgotten cycles seldom; afterwards all is as it was."""
    interval, (young, *older) = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(SWITCH)
    gc.set_threshold(max(young, YOUNG) if young else 0, *older)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(young, *older)
