"""A real Celery worker as a process of its own, on the database and the broker of the tests."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from lcep.celery import app
from tests.servers.program import Program

PROJECT = Path(settings.BASE_DIR)
QUIET = ["--without-mingle", "--without-gossip", "--without-heartbeat"]


def site_env(**other: str) -> dict[str, str]:
    """Return the environment in which a process of the site works on the database of the tests."""
    return os.environ | {"DATABASE_URL": database_url(), "LCEP_VAR": str(settings.LCEP_VAR), **other}


def database_url() -> str:
    """Return the address of the very database that the tests use."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


class Worker:
    """A worker from `with` to the end of the block. It starts with an empty queue and is ready when it is entered.

    It does its tasks itself; `pool` names another way, as Celery's command line does.
    """

    def __init__(self, folder: Path, *, pool: Sequence[str] = ("-P", "solo"), **env: str) -> None:
        self.folder, self.pool = folder, pool
        self.env = site_env(**env)

    def __enter__(self) -> Program:
        app.control.purge()
        command = [sys.executable, "-m", "celery", "-A", "lcep", "worker", *self.pool, "-l", "INFO", *QUIET]
        self.program = Program(command, self.folder / "worker.log", env=self.env)
        self.program.wait_until(lambda: " ready." in self.program.log.read_text())
        return self.program

    def __exit__(self, *failure: object) -> None:
        self.program.stop()
