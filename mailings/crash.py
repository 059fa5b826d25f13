"""Named moments at which a test may kill or freeze this process. Without the environment's asking: nothing.

`LCEP_CRASH=after_handover_commit:3` kills it at the third pass of that moment (kill -9, no clean-up);
`LCEP_FREEZE=permit_checked:1` stops it as SIGSTOP does.
"""

import os
import signal
from itertools import count

_WANTED = {}
for _variable, _signal in (("LCEP_CRASH", signal.SIGKILL), ("LCEP_FREEZE", getattr(signal, "SIGSTOP", None))):
    _name, _, _nth = os.environ.get(_variable, "").partition(":")
    if _name:
        _WANTED[_name] = (_signal, int(_nth or 1), count(1))


def point(name: str) -> None:
    """Pass a named moment."""
    if _WANTED and is_next(name):
        die(name)


def die(name: str) -> None:
    """End (or freeze) this process as the environment asked for this moment."""
    os.kill(os.getpid(), _WANTED[name][0])


def wants(name: str) -> bool:
    """Whether this process is to end at this moment at all."""
    return name in _WANTED


def is_next(name: str) -> bool:
    """Count one more pass and say whether it is the one to die at."""
    if name not in _WANTED:
        return False
    _, nth, passes = _WANTED[name]
    return next(passes) == nth
