"""A crew of SMTP lines driven by one thread, each where it waits, as a telephone exchange drives many calls.

A line is written as one thing after the other (`wire`): a generator that says what it waits for. Here one
selector watches all of them. A thread for each line cost more than the mail: Python runs one at a time, and
handing over took as long as filling, signing and writing.
"""

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from mailings.connection import Steps
from mailings.crew import Crew, Mine
from mailings.wire import Line

log = logging.getLogger(__name__)

LOOK = 0.25  # seconds between looks at the clock: a wait is over at most so much late


class Call:
    """One line and what it is doing. `mine` are the rows in its hands, `steps` what it carries them through."""

    def __init__(self, line: Line, *, only_urgent: bool) -> None:
        self.line, self.only_urgent = line, only_urgent
        self.mine: Mine | None = None
        self.steps: Steps | None = None
        self.sock: socket.socket | None = None  # what the selector watches for this line
        self.events = 0
        self.until = 0.0  # when its wait is over
        self.aside: object = None  # what a thread does for it meanwhile


class Exchange(Crew):
    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(lines)
        self.selector = selectors.DefaultSelector()
        self.bell, self.ear = socket.socketpair()
        self.bell.setblocking(False)
        self.ear.setblocking(False)
        self.selector.register(self.ear, selectors.EVENT_READ)
        self.calls: list[Call] = []
        self.is_cutting = False
        self.answers: deque[tuple[Call, object, Any, Exception | None]] = deque()  # of what was done aside
        for line in self.lines:
            self._start(line, only_urgent=False)
        self.thread = threading.Thread(target=self._work, name="lines", daemon=True)
        self.thread.start()

    # For other threads

    def close(self, patience: float) -> None:
        with self.lock:
            self.is_closing = True
            self._rouse()
        self.thread.join(patience)
        if self.thread.is_alive():
            self.is_cutting = True
            self._rouse()
            self.thread.join(30)

    def _start(self, line: Line, *, only_urgent: bool) -> None:
        self.calls.append(Call(line, only_urgent=only_urgent))
        self._rouse()

    def _rouse(self) -> None:
        with contextlib.suppress(OSError):  # full: it is awake; closed: it is over
            self.bell.send(b".")

    # In the thread that drives the lines

    def _work(self) -> None:
        try:
            while not self._is_over():
                for key, _ in self.selector.select(LOOK):
                    if key.data is None:
                        self._hear_the_bell()
                    elif key.data.steps is not None:
                        self._step(key.data)
                    else:
                        self._unwatch(key.data)  # an idle line that is being closed: it finds out when it is used
                self._deal()
                self._look_at_the_clock()
        except Exception:  # a bug: what was under way is settled by the journal, because nobody reports it
            log.exception("The lines broke")
        finally:
            for call in self.calls:
                self._unwatch(call)
                call.line.hang_up()
            self.selector.close()
            self.bell.close()
            self.ear.close()

    def _is_over(self) -> bool:
        """Whether all is carried; then lines say goodbye first, and are given no long time for it."""
        if not self.is_closing or any(call.steps for call in self.calls):
            return False
        if self.urgent or self.others:
            return False
        for call in self.calls:
            if call.line.is_open and not self.is_cutting:
                call.steps = call.line.goodbye()
                self._step(call)
        return not any(call.steps for call in self.calls)

    def _deal(self) -> None:
        """Give idle lines what is at hand."""
        for call in self.calls:
            if not (self.urgent or self.others):
                return
            if call.steps is None:
                with self.lock:
                    call.mine = self._take(call.only_urgent)
                if call.mine is not None:
                    call.steps = call.line.carry(call.mine.first, call.mine)
                    self._step(call)

    def _step(self, call: Call, value: Any = None, error: Exception | None = None) -> None:
        """Let a line go on to its next wait, or to its end."""
        assert call.steps is not None
        try:
            wish = call.steps.send(value) if error is None else call.steps.throw(error)
        except StopIteration:
            self._finish(call)
        except Exception:  # a bug: nobody knows how far these mails came
            log.exception("A line broke")
            call.line.hang_up()
            if call.mine is not None:
                call.mine.doubt()
            self._finish(call)
        else:
            call.until = time.monotonic() + call.line.patience
            if isinstance(wish, int):
                self._watch(call, wish)
            else:
                self._do_aside(call, wish)
        if call.sock is not None and not call.line.is_on(call.sock):
            self._unwatch(call)  # at once: the next socket to be opened, by any line, may get its number

    def _finish(self, call: Call) -> None:
        if call.mine is not None:
            self._done(call.mine)
        call.mine = call.steps = None

    def _watch(self, call: Call, events: int) -> None:
        """Watch its socket for this. Most waits are for the next answer on the same socket: nothing changes."""
        sock = call.line.sock
        if call.sock is sock and call.events == events:
            return
        if call.sock is sock and sock.fileno() >= 0:
            self.selector.modify(sock, events, call)
        else:
            self._unwatch(call)
            self.selector.register(sock, events, call)
        call.sock, call.events = sock, events

    def _unwatch(self, call: Call) -> None:
        if call.sock is not None:
            with contextlib.suppress(KeyError, ValueError, OSError):
                self.selector.unregister(call.sock)
        call.sock, call.events = None, 0

    def _do_aside(self, call: Call, wish: Callable[[], Any]) -> None:
        """Have something done in a thread that would keep all lines waiting."""
        call.aside = wish

        def work() -> None:
            value, error = None, None
            try:
                value = wish()
            except Exception as raised:
                error = raised
            self.answers.append((call, wish, value, error))
            self._rouse()

        threading.Thread(target=work, name="opening", daemon=True).start()

    def _hear_the_bell(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while len(self.ear.recv(4096)) == 4096:
                pass
        while self.answers:
            call, wish, value, error = self.answers.popleft()
            if call.aside is wish:
                call.aside = None
                self._step(call, value, error)
            elif value is not None:  # nobody waits for it any more
                value.close()

    def _look_at_the_clock(self) -> None:
        """End the waits that took too long, or all of them when the lines are cut."""
        now = time.monotonic()
        for call in self.calls:
            if call.steps is not None and (now > call.until or self.is_cutting):
                call.aside = None
                self._step(call, error=TimeoutError())
