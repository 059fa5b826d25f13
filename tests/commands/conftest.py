"""The real commands, as a newcomer types them, each with a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings

from tests.servers.__main__ import NOT_OURS
from tests.servers.program import free_port

PROJECT = Path(settings.BASE_DIR)


class Site:
    """`manage.py demo` with one data folder; `processes` finds everything that was started with it, ever."""

    def __init__(self, var: Path, database_url: str) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.env |= {"LCEP_VAR": str(var), "PORT": str(self.port), "DEMO": "1"}
        if database_url:
            broker = urlsplit(os.environ["REDIS_URL"])._replace(path="/1").geturl()  # not the one of the tests
            self.env |= {"DATABASE_URL": database_url, "REDIS_URL": broker}

    def command(self, *arguments: str, **env: str) -> subprocess.Popen:
        program = [sys.executable, "manage.py", "demo", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            program, cwd=PROJECT, env=self.env | env, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )

    def start(self, **env: str) -> subprocess.Popen:
        """Start it and return once it has said where it is; the first lines are in `self.screen`."""
        running = self.command(**env)
        self.screen = ""
        for line in running.stdout:
            self.screen += line
            if line.startswith("Stop with Ctrl-C"):
                return running
        raise AssertionError(f"It did not start:\n{self.screen}")

    def get(self, path: str) -> int:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return answer.status

    def processes(self) -> dict[int, str]:
        """Return the living processes that have our data folder in their environment, with their command lines."""
        mark = f"LCEP_VAR={self.var}\0".encode()
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes() and (process / "stat").read_text().split()[-50] != "Z":
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    found[int(process.name)] = b" ".join(words).decode()
            except (OSError, IndexError):
                continue
        return found

    def child(self, words: str) -> int:
        """Return the process id of the child whose command holds these words."""
        return next(number for number, command in sorted(self.processes().items()) if words in command)

    def is_gone(self, seconds: float = 40) -> bool:
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.processes()

    def kill_all(self) -> None:
        for number in self.processes():
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A demonstration that is prepared but not running; on PostgreSQL, in a database of its own."""
    url = _database() if os.environ.get("LCEP_TEST_SERVERS") else ""
    site = Site(tmp_path_factory.mktemp("demonstration"), url)
    prepared = site.command("--no-serve")
    said, _ = prepared.communicate(timeout=300)
    assert prepared.returncode == 0, said
    yield site
    site.kill_all()


@pytest.fixture(autouse=True)
def nothing_stays(request):
    """Whatever a test did, the next one begins with nothing running."""
    yield
    if "site" in request.fixturenames:
        request.getfixturevalue("site").kill_all()


def _database() -> str:
    """Make an empty database on the server of the tests and return its address."""
    name = f"demonstration_{os.getpid()}_{time.time_ns()}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.rpartition("/")[0] + f"/{name}"
