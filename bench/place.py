"""Where the engine is measured: postfix's own programs, a site with invented people, and pages that write beside it."""

import json
import math
import os
import pathlib
import secrets
import subprocess
import sys
import threading
import time

from tests.servers.program import Program

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = sys.executable


class Postfix:
    """smtp-sink and smtp-source out of an unpacked package."""

    def __init__(self, folder: pathlib.Path, log: pathlib.Path) -> None:
        self.programs = folder / "usr/sbin"
        self.env = os.environ | {"LD_LIBRARY_PATH": str(folder / "usr/lib/postfix")}
        self.log = log

    def sink(self, port: int) -> Program:
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [self.programs / "smtp-sink", *as_nobody, f"127.0.0.1:{port}", "1000"]
        return Program(command, self.log, env=self.env)

    def source(self, port: int, mail: pathlib.Path, count: int, sessions: int = 4) -> float:
        """Push one mail `count` times and return mails per second."""
        command = [self.programs / "smtp-source", "-s", str(sessions), "-m", str(count), "-F", str(mail), "-N", "-d"]
        began = time.monotonic()
        subprocess.run([*command, f"127.0.0.1:{port}"], env=self.env, check=True, stdout=subprocess.DEVNULL)
        return count / (time.monotonic() - began)


class Place:
    """A site of its own: a database with invented people, and a clerk who plans mailings in it."""

    def __init__(self, folder: pathlib.Path, database: str, recipients: int, **env: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.env = os.environ | {
            **{key: f"{key}{secrets.token_hex(32)}" for key in ("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY")},
            "DEBUG": "", "DEMO": "", "LCEP_VAR": str(folder), "DATABASE_URL": database, "LOG_LEVEL": "WARNING",
            "SITE_URL": "http://localhost:8000", "EMAIL_URL": "smtp://127.0.0.1:1", "REDIS_URL": "",
            "DEFAULT_FROM_EMAIL": "A bench <noreply@bench.example.org>", **env,
        }  # fmt: skip
        self.run("migrate", "-v0")
        self.clerk = subprocess.Popen(
            [PYTHON, "-m", "bench.clerk", str(recipients)],
            cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.ask("ready")

    def run(self, *command: str) -> None:
        subprocess.run([PYTHON, "manage.py", *command], cwd=ROOT, env=self.env, check=True)

    def ask(self, order: str) -> dict:
        self.clerk.stdin.write(order + "\n")
        self.clerk.stdin.flush()
        line = self.clerk.stdout.readline()
        if not line:
            raise RuntimeError("the clerk is gone")
        return json.loads(line)

    def senders(self, count: int, email_url: str) -> list[Program]:
        env = self.env | {"EMAIL_URL": email_url}
        command = [PYTHON, "manage.py", "run_sender"]
        return [Program(command, self.folder / "sender.log", env=env) for _ in range(count)]

    def close(self) -> None:
        self.clerk.stdin.close()
        self.clerk.wait(30)


class Web(threading.Thread):
    """Writes beside the sender, 50 a second, as pages would."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self.place, self.writes, self.stopping = place, [], threading.Event()

    def run(self) -> None:
        writer = subprocess.Popen(
            [PYTHON, "-m", "bench.clerk"], cwd=ROOT, env=self.place.env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.stopping.wait()
        self.writes = json.loads(writer.communicate("stop\n")[0])

    def __enter__(self) -> "Web":
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stopping.set()
        self.join()

    def took(self, since: float = 0.0, until: float = math.inf) -> list[float]:
        """Return the seconds of the writes that began between two moments."""
        return [seconds for began, seconds in self.writes if since <= began <= until]
