"""How fast the outbox empties, as a ratio to postfix's own load generator pushing the same bytes into the same sink.

    python -m bench.engine --postfix FOLDER [--recipients 20000] [--rounds 3] [CASE …]

FOLDER holds Debian's postfix, unpacked and never installed: `apt-get download postfix; dpkg -x postfix_*.deb FOLDER`.
Cases: postgres-1 postgres-2 sqlite-1 celery late-1 late-20 codes; all without a name. By name alone: million.
In each round smtp-source and the cases take turns; a ratio is the median over rounds of case / smtp-source of the
same round. A case is timed by the database: from the first row handed over to the last result committed.
*codes*: 160,000 mails are queued and leave, and somebody asks for a code four times a second; once, after the rounds.
*million*: a million people are invented, and a newsletter to them is prepared; how long that takes.
"""

import argparse
import contextlib
import json
import math
import os
import pathlib
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from bench.stolen import share, ticks
from tests.servers import postgres, redis
from tests.servers.program import Program, free_port

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


class Case:
    """One way of emptying the outbox."""

    def __init__(self, place: Place, processes: int, options: str, port: int) -> None:
        self.place, self.processes = place, processes
        self.url = f"smtp://127.0.0.1:{port}?{options}"
        self.cpu = self.sent = 0.0  # seconds of processor a mail; mails
        self.began = self.ended = 0.0  # when everything was prepared, and when all had left
        self.memory = 0  # MB of the largest sender at its most

    def rate(self, recipients: int | None = None) -> float:
        senders = self.place.senders(self.processes, self.url)
        time.sleep(3)  # their imports
        try:
            before = sum(cpu_of(sender.process.pid) for sender in senders)
            rate = self._emptied(recipients)
            self.cpu = (sum(cpu_of(sender.process.pid) for sender in senders) - before) / self.sent
            self.memory = max(memory_of(sender.process.pid) for sender in senders)
            return rate
        finally:
            for sender in senders:
                sender.stop()

    def _emptied(self, recipients: int | None) -> float:
        planned = self.place.ask(f"plan {recipients or ''}")
        self.began = time.monotonic()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            time.sleep(0.5)
            account = self.place.ask(f"account {planned['mailing']}")
            if not account["waiting"]:
                assert account["sent"] == planned["prepared"], account
                self.sent, self.ended = account["sent"], time.monotonic()
                return account["sent"] / account["seconds"]
        raise RuntimeError(f"still waiting: {account}")


def cpu_of(process: int) -> float:
    """Return the seconds of processor a process has used, its threads included: they drift less than the clock."""
    words = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> int:
    """Return the MB of memory a process has had at its most."""
    (line,) = [
        line for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmHWM:")
    ]
    return int(line.split()[1]) // 1024


class Codes(Case):
    """Codes asked for while newsletters leave; `waits` are seconds from the request to the relay's answer."""

    QUEUED, ASKED, EVERY = 160_000, 60, 0.25  # so that some are queued still when the last code is asked for

    def measure(self) -> str:
        queued = 0
        while queued < self.QUEUED:
            queued += self.place.ask("plan")["prepared"]
        (sender,) = self.place.senders(1, self.url)
        time.sleep(5)  # its imports, and the first newsletters
        for _ in range(self.ASKED):
            self.place.ask("code")
            time.sleep(self.EVERY)
        time.sleep(2)
        memory = memory_of(sender.process.pid)
        sender.stop()
        answer = self.place.ask("waits")
        waits = sorted(answer["waits"])
        assert len(waits) == self.ASKED, f"{self.ASKED - len(waits)} codes have not left"
        p50, p95 = (waits[int(len(waits) * percent)] for percent in (0.5, 0.95))
        return (
            f"codes: {queued} queued, {answer['left']} of them not yet gone at the end; {len(waits)} codes took "
            f"p50 {p50 * 1000:.0f} p95 {p95 * 1000:.0f} max {waits[-1] * 1000:.0f} ms, {memory} MB at most"
        )


class Celery(Case):
    def rate(self, recipients: int | None = None) -> float:
        command = [PYTHON, "-m", "celery", "-A", "lcep", "worker", "-P", "prefork", "-c", "2", "-l", "INFO"]
        log = self.place.folder / "worker.log"
        log.write_text("")
        worker = Program(command, log, env=self.place.env | {"EMAIL_URL": self.url})
        worker.wait_until(lambda: " ready." in log.read_text())
        time.sleep(2)
        try:
            return self._emptied(recipients)
        finally:
            worker.stop(20)


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


def spread(took: list[float]) -> str:
    took = sorted(took)
    p50, p99 = (took[int(len(took) * percent)] * 1000 for percent in (0.5, 0.99))
    return f"p50 {p50:.1f} p99 {p99:.1f} ms of {len(took)}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=[])
    parser.add_argument("--postfix", type=pathlib.Path)
    parser.add_argument("--recipients", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    measured(parser.parse_args())


def measured(options: argparse.Namespace) -> None:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lcep-bench-"))
    folder.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        measure(options, folder, stack)


def placed(wanted: list[str], recipients: int, folder: pathlib.Path, stack: contextlib.ExitStack) -> dict[str, Place]:
    """Make the places that these cases need, by the name of their database."""
    places: dict[str, Place] = {}
    if any(case.startswith(("postgres", "celery", "late", "codes", "million")) for case in wanted):
        postgres.SETTINGS["fsync"] = "on"
        server = postgres.start(folder / "pg")
        stack.callback(server.stop)
        broker = redis.Redis(folder / "redis")
        stack.callback(broker.stop)
        places["postgres"] = Place(folder / "on-postgres", server.url, recipients, REDIS_URL=broker.url)
    if any(case.startswith("sqlite") for case in wanted):
        database = f"sqlite:///{folder}/bench.sqlite3"
        places["sqlite"] = Place(folder / "on-sqlite", database, recipients)
    for place in places.values():
        stack.callback(place.close)
    return places


def measure(options: argparse.Namespace, folder: pathlib.Path, stack: contextlib.ExitStack) -> None:
    wanted = options.cases or ["postgres-1", "postgres-2", "sqlite-1", "celery", "late-1", "late-20", "codes"]
    postfix = Postfix(options.postfix, folder / "postfix.log")
    port = free_port()
    stack.callback(postfix.sink(port).stop)
    places = placed(wanted, options.recipients, folder, stack)
    if "sqlite" in places:
        with Web(places["sqlite"]) as alone:
            time.sleep(5)
        print(f"writes on SQLite with nothing beside them {spread(alone.took())}", flush=True)
    late = free_port()
    if any(case.startswith("late") for case in wanted):
        slow = Program([PYTHON, str(ROOT / "bench/sink.py"), str(late), "0.01"], folder / "slow.log")
        stack.callback(slow.stop)
    on = {name: places.get(name) for name in ("postgres", "sqlite")}
    cases = {
        "postgres-1": Case(on["postgres"], 1, "tls=off&connections=4&per_connection=100000", port),
        "postgres-2": Case(on["postgres"], 2, "tls=off&connections=8&each=4&per_connection=100000", port),
        "sqlite-1": Case(on["sqlite"], 1, "tls=off&connections=4&per_connection=100000", port),
        "celery": Celery(on["postgres"], 2, "tls=off&connections=8&each=4&per_connection=100000", port),
        "late-1": Case(on["postgres"], 1, "tls=off&connections=1&each=1", late),
        "late-20": Case(on["postgres"], 1, "tls=off&connections=20&each=20", late),
    }
    if "million" in wanted:
        places["postgres"].run(
            "rehearse", "--recipients", "1000000", "--smtp", "127.0.0.1:1", "--prepare-only", "--really"
        )
    results = [Result(name) for name in wanted if name in cases]
    for number in range(options.rounds):
        for result in results:
            name = result.name
            place = on["sqlite" if name.startswith("sqlite") else "postgres"]
            if not (folder / "mail").exists():
                place.ask("plan 1")
                place.ask(f"mail {folder / 'mail'}")
            web = Web(place) if name.startswith("sqlite") else None
            pushed = lambda: postfix.source(port, folder / "mail", options.recipients)  # noqa: E731
            before, looked = pushed(), ticks()
            with web or contextlib.nullcontext():
                rate = cases[name].rate(600 if name == "late-1" else None)
            limit = (before + pushed()) / 2
            case = cases[name]
            took = web.took(case.began, case.ended) if web else []
            beside = f", writes beside it {spread(took)}" if web else ""
            result.writes += took
            used = f", {case.cpu * 1e6:.0f} us of processor a mail, {case.memory} MB at most" if case.cpu else ""
            print(
                f"round {number + 1} {result.add(rate, limit)}{used}{beside}, load {os.getloadavg()[0]:.1f}, "
                f"{share(looked, ticks()):.0%} taken by the host",
                flush=True,
            )
    if "codes" in wanted:
        print(Codes(places["postgres"], 1, "tls=off&connections=4&per_connection=100000", port).measure(), flush=True)
    for result in results:
        print(result)


class Result:
    """The rounds of one case."""

    def __init__(self, name: str) -> None:
        self.name, self.rates, self.ratios, self.writes = name, [], [], []

    def add(self, rate: float, limit: float) -> str:
        self.rates.append(rate)
        self.ratios.append(rate / limit)
        return f"{self.name}: {rate:.0f}/s, smtp-source {limit:.0f}/s, {rate / limit:.2f}"

    def __str__(self) -> str:
        rate, ratio = statistics.median(self.rates), statistics.median(self.ratios)
        beside = f", writes beside it {spread(self.writes)}" if self.writes else ""
        return f"{self.name}: {rate:.0f}/s, {ratio:.2f} of smtp-source{beside}"


if __name__ == "__main__":
    main()
