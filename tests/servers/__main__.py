"""`bin/test`: every test on SQLite, on PostgreSQL with Redis and Celery, and in Chromium.

It starts the servers it needs and ends them, and closes with what it ran against and one plain line of counts.
"""

import argparse
import os
import platform
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import psycopg
import redis as redis_client

from bin.bootstrap import apt_install
from tests.servers import chromium, postgres, proxy, redis
from tests.servers.missing import Missing
from tests.servers.program import Program

LIMIT = 80 * 60  # seconds for all passes (a quiet machine needs a quarter); past it, what hangs is shown and ended
# The settings of the shell are for the site; the tests have their own.
NOT_OURS = {
    *("LCEP_VAR", "DEBUG", "DEMO", "PORT", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY"),
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "INBOX_URL", "DEFAULT_FROM_EMAIL", "TRUSTED_PROXY_COUNT", "LOG_LEVEL"),
    *("LOG_FORMAT", "METRICS_TOKEN", "PING_URL"),
}
ABOUT = """Runs the whole suite on SQLite, on PostgreSQL with Redis and Celery, and in Chromium, all three at a time.
What says nothing about the database runs once, beside SQLite.
Whatever else is given goes on to pytest, as in: bin/test --sqlite tests/members -k join
LCEP_TEST_DATABASE_URL, LCEP_TEST_REDIS_URL and LCEP_TEST_CHROMIUM name servers and a browser of your own."""


class Pass:
    """One run of pytest in a process of its own."""

    def __init__(self, name: str, marks: str, env: dict[str, str]) -> None:
        self.name, self.marks, self.env = name, marks, env
        self.program: Program | None = None

    @property
    def code(self) -> int | None:
        """pytest's exit code; None: it was not begun."""
        return self.program.process.returncode if self.program else None

    def start(self, folder: Path, arguments: argparse.Namespace) -> None:
        self.report = folder / f"{self.name}.xml"
        self.log = folder / f"pytest-{self.name}.log"
        marks = f"({arguments.marks}) and {self.marks}" if arguments.marks else self.marks
        command = [sys.executable, "-m", "pytest", "-m", marks, f"--junitxml={self.report}", *arguments.pytest]
        command += ["-o", f"cache_dir={folder / self.name}-cache", "-o", "faulthandler_timeout=240"]
        command += ["--durations=10", "--durations-min=5"]
        command += ["--color=yes"] if sys.stdout.isatty() else []
        temporary = folder / f"{self.name}-tmp"
        temporary.mkdir()
        env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        env |= {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1", **self.env}
        self.program = Program(command, self.log, env=env, stop_with=signal.SIGINT)
        self.shown = 0

    def show(self) -> None:
        """Print what the log has to say since the last time."""
        with self.log.open("rb") as log:
            log.seek(self.shown)
            new = log.read()
        self.shown += len(new)
        sys.stdout.buffer.write(new)
        sys.stdout.flush()

    def results(self) -> dict[str, str]:
        """Return each test's name with passed, failed or skipped. Nothing at all: pytest did not get to its end."""
        if not self.program:
            return {}
        try:
            cases = ElementTree.parse(self.report).iter("testcase")
        except (OSError, ElementTree.ParseError):
            return {}
        found = {}
        for case in cases:
            name = f"{case.get('classname')}::{case.get('name')}"
            kinds = {child.tag for child in case}
            how = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
            found[name] = how if found.get(name) != "failed" else "failed"
        return found


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="lcep-tests-", dir=_roomy()))
    folder.chmod(0o711)  # the database server may run as somebody else
    running: list = []
    try:
        against, passes = _obtain(asked, folder, running)
        return _run(asked, folder, passes, against, running)
    except Missing as missing:
        sys.stderr.write(f"{missing.reason}\n{missing}\n".lstrip())
        return 3
    except KeyboardInterrupt:
        return 130
    finally:
        for server in reversed(running):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "bin/test", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without the other database")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL with Redis and Celery, without SQLite")
    parser.add_argument("--browser", action="store_true", help="the browser tests, without the others")
    parser.add_argument("--no-browser", action="store_true", help="everything but the browser tests")
    parser.add_argument("-m", dest="marks", default="", help="pytest's -m")
    known, rest = parser.parse_known_args()
    known.pytest = rest
    named = known.sqlite or known.postgres or known.browser
    known.on_sqlite = known.sqlite or not named
    known.on_postgres = known.postgres or not named
    known.in_browser = known.browser or not (named or known.no_browser)
    known.is_full = not (named or known.no_browser or known.marks or rest)
    return known


def _obtain(asked: argparse.Namespace, folder: Path, running: list) -> tuple[list[str], list[Pass]]:
    """Find, install or start what the passes need; return what they run against, in words, and the passes."""
    given = {name: os.environ.get(f"LCEP_TEST_{name}") for name in ("DATABASE_URL", "REDIS_URL")}
    _install(asked, given)
    against, passes = [f"Python {platform.python_version()}"], []
    if asked.in_browser:
        passes.append(Pass("browser", "browser", {"LCEP_TEST_BROWSER": chromium.version()}))
    if asked.on_sqlite:
        against.append(f"SQLite {sqlite3.sqlite_version}")
        passes.append(Pass("sqlite", "not servers and not browser", {}))
    if asked.on_postgres:
        urls = {}
        for name, module in (("DATABASE_URL", postgres), ("REDIS_URL", redis)):
            urls[name] = given[name]
            if not given[name]:
                running.append(module.start(folder) if module is postgres else redis.Redis(folder / "redis"))
                urls[name] = running[-1].url
        servers = f"PostgreSQL {_version(postgres, urls)}, Redis {_version(redis, urls)}, Celery {version('celery')}"
        against.append(servers)
        env = urls | {"LCEP_TEST_SERVERS": servers}
        env |= {"LCEP_TEST_DATABASE_ONLY": "1"} if asked.on_sqlite else {}
        if nginx := proxy.program(folder / "nginx"):
            env["LCEP_TEST_PROXY"] = nginx
            against.append(f"nginx {proxy.version(nginx)}")
        passes.append(Pass("postgres", "not browser", env))
    if asked.in_browser:
        against.append(f"Chromium {chromium.version()}")
    return against, passes


def _install(asked: argparse.Namespace, given: dict[str, str | None]) -> None:
    """Have apt-get bring what is not here, all at once; Missing when it may or can not."""
    needs = [
        (asked.on_postgres and not given["DATABASE_URL"], postgres.is_installed, "PostgreSQL", ["postgresql"]),
        (asked.on_postgres and not given["REDIS_URL"], redis.is_installed, "Redis", ["redis-server"]),
        (asked.in_browser, chromium.version, "Chromium", list(chromium.PACKAGES)),
    ]
    lacking = [(what, is_here, packages) for is_needed, is_here, what, packages in needs if is_needed and not is_here()]
    packages = [package for _, _, names in lacking for package in names]
    if packages and apt_install(*packages):
        lacking = [need for need in lacking if not need[1]()]
    if lacking:
        packages = [package for _, _, names in lacking for package in names]
        raise Missing(", ".join(what for what, _, _ in lacking), f"sudo apt-get install {' '.join(packages)}")


def _version(module, urls: dict[str, str]) -> str:
    name = "DATABASE_URL" if module is postgres else "REDIS_URL"
    try:
        return module.version(urls[name])
    except (psycopg.Error, redis_client.RedisError) as error:
        raise Missing(f"What LCEP_TEST_{name} names", f"unset LCEP_TEST_{name}", str(error)) from None


def _run(asked, folder: Path, passes: list[Pass], against: list[str], running: list) -> int:
    """Run the passes side by side, show them one after the other, and sum up. Return the exit code."""
    began = time.monotonic()
    for one in passes:
        one.start(folder, asked)
        running.append(one.program)
    for one in passes:
        print(f"\n===== {one.name} =====", flush=True)
        while one.program.is_running and time.monotonic() < began + LIMIT:
            one.show()
            time.sleep(0.2)
        one.show()
    for one in passes:
        if one.program.is_running:
            one.program.stop()
            one.show()
            print(f"\n{one.name} was not over after {LIMIT // 60} minutes and was ended.", flush=True)
    return _sum_up(asked, passes, against, time.monotonic() - began)


def _sum_up(asked, passes: list[Pass], against: list[str], seconds: float) -> int:
    results = {one.name: one.results() for one in passes}
    counts = Counter(how for tests in results.values() for how in tests.values())
    fine = {0, 1} if asked.is_full else {0, 1, 5}  # 5: what was asked for left this pass without a test
    broken = [one for one in passes if one.code not in fine]
    ran = {name for tests in results.values() for name, how in tests.items() if how != "skipped"}
    never = sorted({name for tests in results.values() for name in tests} - ran)
    print(f"\nRan against {', '.join(against)}, in {seconds:.0f} s.")
    if asked.on_postgres and not any(one.env.get("LCEP_TEST_PROXY") for one in passes):
        print(f"Not run: what needs the proxy, for want of nginx. Type: {proxy.TYPE_THIS}")
    for name in never:
        print(f"Skipped everywhere: {name}")
    for one in broken:
        print(f"The pass {one.name} broke off: pytest ended with {one.code}, see above.")
    if not asked.is_full:
        print(f"Not everything was run: {_left_out(asked)}.")
    failed = counts["failed"] + len(broken) + (len(never) if asked.is_full else 0)
    print(f"{counts['passed']} passed, {failed} failed", flush=True)
    return 1 if failed or not counts["passed"] else 0


def _left_out(asked) -> str:
    left = [] if asked.on_sqlite else ["SQLite"]
    left += [] if asked.on_postgres else ["PostgreSQL with Redis and Celery"]
    left += [] if asked.in_browser else ["the browser"]
    words = [f"not on {place}" if place != "the browser" else "not in the browser" for place in left]
    narrowed = [*(["-m", asked.marks] if asked.marks else []), *asked.pytest]
    return ", ".join(words + ([f"only {' '.join(narrowed)}"] if narrowed else []))


def _roomy() -> str | None:
    """Return a temporary folder that another user may enter, where we lend the database server another user."""
    return "/tmp" if os.geteuid() == 0 and os.path.isdir("/tmp") else None


if __name__ == "__main__":
    sys.exit(main())
