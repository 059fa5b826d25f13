"""A program that the tests start and are sure to end."""

import contextlib
import functools
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from demo.supervisor import end_with_parent


class Program:
    """A process with a log, in a session of its own; the kernel ends it if the tests are killed."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_with: signal.Signals = signal.SIGTERM,
        fds: Sequence[int] = (),
    ) -> None:
        self.command, self.log, self.stop_with = [str(word) for word in command], log, stop_with
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=env,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=fds,
                preexec_fn=functools.partial(end_with_parent, os.getpid()),
            )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait_until(self, ready: Callable[[], object], seconds: float = 120) -> "Program":
        """Return once `ready()` is true; RuntimeError with the end of the log when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running or time.monotonic() > deadline:
                raise RuntimeError(f"{self.command[0]} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        return self

    def stop(self, seconds: float = 10) -> int:
        """Ask it to end, insist after `seconds`, and return its exit code."""
        if self.is_running:
            self.process.send_signal(self.stop_with)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """End it and whatever it has started, at once (SIGKILL)."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]
