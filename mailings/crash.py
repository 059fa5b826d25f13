"""Named moments at which a test may kill or freeze this process. Without the environment's asking: nothing.

`LCEP_CRASH=after_handover_commit:3` kills it at the third pass of that moment (kill -9, no clean-up);
`LCEP_FREEZE=permit_checked:1` stops it as SIGSTOP does.
"""

import os
import signal
from collections.abc import Mapping
from itertools import count

_wanted: dict[str, tuple[int, int, "count[int]"]] = {}


def arm(environment: Mapping[str, str]) -> None:
    """Take in what the environment asks for."""
    _wanted.clear()
    for variable, number in (("LCEP_CRASH", signal.SIGKILL), ("LCEP_FREEZE", getattr(signal, "SIGSTOP", 0))):
        name, _, nth = environment.get(variable, "").partition(":")
        if name and number:
            _wanted[name] = number, int(nth or 1), count(1)


def point(name: str) -> None:
    """Pass a named moment."""
    if _wanted and is_next(name):
        die(name)


def wants(name: str) -> bool:
    """Whether this process is to end at this moment at all."""
    return name in _wanted


def is_next(name: str) -> bool:
    """Count one more pass and say whether it is the one to die at."""
    if name not in _wanted:
        return False
    _, nth, passes = _wanted[name]
    return next(passes) == nth


def die(name: str) -> None:
    """End (or freeze) this process as the environment asked for this moment."""
    os.kill(os.getpid(), _wanted[name][0])


arm(os.environ)
