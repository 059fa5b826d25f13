"""Sender processes that a test may kill: each is forked, ready to go, from a process that did all imports.

That one is started once for all tests of a run, and ends with them.

with Processes(relay.url) as processes:
    sender = processes.start(crash="after_H:3")
    assert sender.wait() == -signal.SIGKILL
"""

import contextlib
import functools
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

    def wait_until_frozen(self, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with open(f"/proc/{self.pid}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "T":
                    return
            time.sleep(0.01)
        raise AssertionError("it did not freeze")


@functools.cache
def mother_on(database: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mailings.processes"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Processes:
    """Sender processes on the tests' database, with one relay; at the end those that still live are killed."""

    def __init__(self, email_url: str) -> None:
        self.email_url = email_url
        self.process = mother_on(database_url())
        self.alive: set[int] = set()

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.ask(wait=pid)

    def start(self, **environment: str) -> Sender:
        """Start a sender; `crash` and `freeze` name a moment ("after_H:3"), `permit` shortens its permits ("0.2")."""
        names = {f"LCEP_{name.upper()}": value for name, value in environment.items()}
        pid = self.ask(start=names, email_url=self.email_url)
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
            _, status = os.waitpid(order["wait"], 0)
            answer(os.waitstatus_to_exitcode(status))
            continue
        pid = os.fork()
        if not pid:
            child(order["start"], order["email_url"])
        answer(pid)


def answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def child(environment: dict[str, str], email_url: str) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from mailings import crash, run

    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    settings.EMAIL_URL = email_url
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
