"""Keep a few programs running as one: all of them, or none.

Each child leads a session of its own, so that Ctrl-C reaches only the supervisor, and writes to a log
file of its own; lines that tell of an error are repeated on the screen.
"""

import contextlib
import ctypes
import functools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1  # prctl(2)
GRACE = 10  # seconds that a child has to finish what it has in hand
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process the moment its parent is gone (Linux only).

    Killed, not asked: nobody would be left to insist, and a sender that is killed loses nothing. The
    parent may already have ended before the kernel was told; that is what the second line is for.
    """
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


class Child:
    """A program, its process and its log. Lines of the run before are kept in `<name>.log.1`."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], fds: Sequence[int], logs: Path):
        self.name, self.logs = name, logs
        self.command, self.env, self.fds = command, env, fds
        self.log = logs / f"{name}.log"
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603  (commands of ours, no shell)
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=fds,
                start_new_session=True,
                preexec_fn=functools.partial(end_with_parent, os.getpid()),
            )
        self._read = 0

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def errors(self) -> list[str]:
        """Return the lines about errors that came since the last call."""
        with self.log.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        lines = whole.decode(errors="replace").splitlines()
        return [line for line in lines if re.match(r".{0,60}\b(ERROR|CRITICAL)\b", line)]

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def again(self) -> "Child":
        """End what is left of this child, and start it anew."""
        self.kill()
        return Child(self.name, self.command, self.env, self.fds, self.logs)

    def kill(self) -> None:
        """End the child and whatever it has started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Runs children until a signal comes or one of them ends, and leaves none behind.

    Within `with`, SIGINT, SIGTERM and SIGHUP ask it to stop; a second one does not wait for anybody.
    """

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: list[Child] = []
        self.asked = 0
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Supervisor":
        self._before = {number: signal.signal(number, self._ask) for number in STOPPING if not self._is_nohup(number)}
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _is_nohup(self, number: signal.Signals) -> bool:
        return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN

    def _ask(self, *signal_and_frame: object) -> None:
        self.asked += 1

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], fds: Sequence[int] = ()) -> None:
        self.children.append(Child(name, command, env, fds, self.logs))

    def start_again(self, ended: Sequence[int]) -> None:
        """Start those children anew that were ended on purpose, by these process ids; the others stay."""
        for place, child in enumerate(self.children):
            if child.process.pid in ended:
                self.children[place] = child.again()
                sys.stderr.write(f"{child.name} was frozen; it was ended and started again.\n")

    def run(self, until: Callable[[], bool] = lambda: False, seconds: float = float("inf")) -> str:
        """Watch the children until `until` is true, and return ''; otherwise return why it ended sooner.

        The reason is "asked" after a signal, else a sentence about the child that ended or was too slow.
        """
        deadline = time.monotonic() + seconds
        while not until():
            if self.asked:
                return "asked"
            for child in self.children:
                for line in child.errors():
                    sys.stderr.write(f"{child.name}: {line}\n")
                if child.has_ended:
                    return self._ended(child)
            if time.monotonic() > deadline:
                return f"This took longer than {seconds:.0f} seconds. The logs are in {self.logs}."
            time.sleep(0.1)
        return ""

    def stop(self) -> None:
        """Ask every child to finish, the first started last, and end what has not after the grace."""
        deadline = time.monotonic() + GRACE
        first, *others = self.children or [None]
        for group in (others, [first] if first else []):
            for child in group:
                child.process.terminate()
            while self.asked < 2 and time.monotonic() < deadline and not all(child.has_ended for child in group):
                time.sleep(0.05)
        for child in self.children:
            child.kill()
        self.children.clear()

    def _ended(self, child: Child) -> str:
        code = child.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        last = child.last_lines()
        return f"{last}\n\n{child.name} {how}, so everything was stopped. Its log: {child.log}"
