"""Sender processes that a test may kill: each is forked, ready to go, from a process that did all imports.

with Processes(relay.url) as processes:
    sender = processes.start(crash="after_H:3")
    assert sender.wait() == -signal.SIGKILL
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from django.db import connection

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def database_url() -> str:
    """Return the address of the database the tests use now."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@dataclass
class Sender:
    """One process that sends until nothing is due."""

    mother: "Processes"
    pid: int

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for its end and return its exit code; minus the signal when it was killed."""
        code = self.mother.ask(wait=self.pid)
        self.mother.alive.discard(self.pid)  # its number may be another process's from now on
        return code

    def wait_until_frozen(self, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with open(f"/proc/{self.pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "T":
                    return
            time.sleep(0.01)
        raise AssertionError("it did not freeze")


class Processes:
    """The mother of sender processes, on the tests' database, with one relay."""

    def __init__(self, email_url: str) -> None:
        self.environment = os.environ | {"DATABASE_URL": database_url(), "EMAIL_URL": email_url}
        self.alive: set[int] = set()

    def __enter__(self) -> "Processes":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.mailings.processes"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.stdin.close()
        self.process.wait(20)

    def start(self, **environment: str) -> Sender:
        """Start a sender; `crash` and `freeze` name a moment ("after_H:3"), `permit` shortens its permits ("0.2")."""
        names = {f"LCEP_{name.upper()}": value for name, value in environment.items()}
        pid = self.ask(start=names)
        self.alive.add(pid)
        return Sender(self, pid)

    def ask(self, **order) -> int:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def mother() -> None:
    """Do all imports, then fork a sender for each order."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
    import django

    django.setup()
    import mailings.tasks  # noqa: F401
    import tests.mailings.kinds  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            with contextlib.suppress(ChildProcessError):
                _, status = os.waitpid(order["wait"], 0)
                answer(os.waitstatus_to_exitcode(status))
            continue
        pid = os.fork()
        if not pid:
            child(order["start"])
        answer(pid)


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def child(environment: dict[str, str]) -> None:
    from django.core.management import call_command

    from mailings import crash, run

    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    crash.arm(environment)
    run.PERMIT = float(environment.get("LCEP_PERMIT", run.PERMIT))
    try:
        call_command("run_sender", until_empty=True)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    os._exit(code)


if __name__ == "__main__":
    mother()
