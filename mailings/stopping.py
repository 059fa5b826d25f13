"""How a sender learns that it should stop: a worker that shuts down, or a signal to a command."""

import multiprocessing
import signal
import threading
from typing import Any, Protocol

from celery.signals import worker_init, worker_ready, worker_shutting_down


class Flag(Protocol):
    def set(self) -> None: ...
    def is_set(self) -> bool: ...


_worker: Flag = threading.Event()


def is_worker_stopping() -> bool:
    return _worker.is_set()


def on_signal() -> threading.Event:
    """Return an Event that SIGTERM and Ctrl-C set."""
    event = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: event.set())
    return event


@worker_init.connect
def _make_flag(**_: Any) -> None:
    """Make the flag before the pool forks, so that its children see it too."""
    global _worker
    _worker = multiprocessing.get_context("fork").Event() if hasattr(signal, "SIGSTOP") else threading.Event()


@worker_ready.connect
def _look_first(**_: Any) -> None:
    """A worker that starts looks at once for what waited while nobody was there."""
    from mailings.tasks import sweep

    sweep.delay()


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    _worker.set()
