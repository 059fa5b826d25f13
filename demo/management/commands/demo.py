"""`manage.py demo`: everything `bin/run` does once it has a Python environment."""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from demo import preparing
from demo.supervisor import Supervisor
from mailings.rescue import free_database

SCREEN = """
The site is running: http://localhost:{port}

  Look around      http://localhost:{port}/leeds/ and http://localhost:{port}/london/
  Sign in          http://localhost:{port}/demo/ as one of the invented people, in one press
  Read the mail    http://localhost:{port}/demo/mail/ ({mail})

{told}
All of it is invented. The data is in {var}, what went wrong would be in {var}/log.
Stop with Ctrl-C. The next start takes seconds and keeps the data.
"""
LOOK_EVERY = 30  # seconds between looks for a worker that froze
ELSEWHERE = "Another folder can be named: LCEP_VAR=other bin/run"


class Command(BaseCommand):
    help = "Makes the database and the invented activity, then serves the site until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--no-serve", action="store_true", help="prepare everything, serve nothing")

    def handle(self, *args, no_serve: bool, **options):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit(0))  # nothing has been started yet
        os.umask(0o077)
        var = settings.LCEP_VAR
        alone = self._claim(var)
        web = None if no_serve else self._port()
        told = self._prepare()
        if web:
            self._serve(var, web, told)
        alone.close()

    def _claim(self, var: Path):
        """Have this data to ourselves: two of us would send each other's mail."""
        try:
            for folder in ("mail", "log", "tmp"):
                (var / folder).mkdir(parents=True, exist_ok=True)
            lock = (var / "running").open("a+")
        except OSError as error:
            raise CommandError(
                f"The data cannot be kept in {var}: {error.strerror}. LCEP_VAR names another place."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"The site is running already with the data in {var}. LCEP_VAR names another place."
            ) from None
        return lock

    def _port(self) -> socket.socket:
        """Return a socket that has the port, so that nobody takes it while we prepare."""
        web = socket.socket()
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if _answers(settings.PORT):
                raise OSError("another program answers there")
            web.bind(("127.0.0.1", settings.PORT))
        except (OSError, OverflowError) as error:
            raise CommandError(self._taken(error)) from None
        return web

    def _taken(self, error: Exception) -> str:
        reason = getattr(error, "strerror", None) or error
        return f"Port {settings.PORT} cannot be used: {reason}. PORT names another one, as in: PORT=8001 bin/run"

    def _prepare(self) -> list[str]:
        """Prepare everything, and return what there is to see."""
        told: list[str] = []
        self.stdout.write("Preparing", ending="")
        for step in (preparing.database, preparing.directory, preparing.demonstration, preparing.pages):
            self.stdout.write(f" {step.__name__}", ending="")
            self.stdout.flush()
            told += step() or []
        self.stdout.write(".")
        connections.close_all()
        return told

    def _serve(self, var: Path, web: socket.socket, told: list[str]) -> None:
        env = os.environ | {"LCEP_VAR": str(var), "TMPDIR": str(var / "tmp"), "PYTHONUNBUFFERED": "1"}
        celery = [sys.executable, "-m", "celery", "-A", "lcep"]
        quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
        try:
            web.listen(128)
        except OSError as error:
            raise CommandError(self._taken(error)) from None
        with Supervisor(var / "log") as house:
            env["EMAIL_URL"] = os.environ.get("EMAIL_URL") or self._capture(house, var, env)
            gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:demo.web"]
            house.start("web", [*gunicorn, "--bind", f"fd://{web.fileno()}"], env, [web.fileno()])
            web.close()
            reason = house.run(until=_is_healthy, seconds=60)
            if not reason:
                self._fresh_broker(var)
                house.start("worker", [*celery, "worker", "-P", "solo", "-l", "INFO", *quiet], env)
                house.start("beat", [*celery, "beat", "-l", "INFO", "--pidfile="], env)
                self._greet(var, env["EMAIL_URL"], told)
                reason = house.run(until=_frees_the_database(house))
            if reason == "asked":
                self.stdout.write("\nStopping.")
        if reason != "asked":
            raise CommandError(reason)

    def _capture(self, house: Supervisor, var: Path, env: dict[str, str]) -> str:
        """Start the SMTP server that keeps every mail in the Maildir, and return its address."""
        with socket.create_server(("127.0.0.1", 0)) as smtp:
            command = [sys.executable, "-m", "demo.capture", str(smtp.fileno()), str(var / "mail")]
            house.start("capture", command, env, [smtp.fileno()])
            return f"smtp://127.0.0.1:{smtp.getsockname()[1]}"

    def _fresh_broker(self, var: Path) -> None:
        """Begin with an empty embedded broker: what was in it is in the database too, and old queues pile up."""
        if not settings.REDIS_URL:
            shutil.rmtree(var / "broker", ignore_errors=True)

    def _greet(self, var: Path, email_url: str, told: list[str]) -> None:
        here = "every mail stays on this machine" if not os.environ.get("EMAIL_URL") else f"it goes to {email_url}"
        shown = os.path.relpath(var) if var.is_relative_to(Path.cwd()) else var
        self.stdout.write(SCREEN.format(port=settings.PORT, mail=here, var=shown, told="\n".join(told)))
        self.stdout.flush()


def _answers(port: int) -> bool:
    """Return whether somebody listens at localhost, by IPv4 or IPv6: a browser would find them instead of us."""
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


def _frees_the_database(house: Supervisor) -> Callable[[], bool]:
    """Return a watch that never ends: every 30 seconds it ends a worker that froze and holds up all saving.

    Another one starts in its place, and reads the journal of the one before.
    """
    looked_at = time.monotonic()

    def look() -> bool:
        nonlocal looked_at
        if time.monotonic() - looked_at >= LOOK_EVERY:
            looked_at = time.monotonic()
            with contextlib.suppress(DatabaseError):
                house.start_again(free_database())
            connections.close_all()
        return False

    return look


def _is_healthy() -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=2)
    try:
        asked.request("GET", "/healthz", headers={"Host": settings.ALLOWED_HOSTS[0]})
        return asked.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
