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
import os
import pathlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable

from bench.place import PYTHON, ROOT, Place, Postfix, Web
from bench.stolen import share, ticks
from tests.servers import postgres, redis
from tests.servers.program import Program, free_port


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
            case = cases[result.name]
            if not (folder / "mail").exists():
                case.place.ask("plan 1")
                case.place.ask(f"mail {folder / 'mail'}")
            push = lambda: postfix.source(port, folder / "mail", options.recipients)  # noqa: E731
            print(f"round {number + 1} {turn(case, result, push)}", flush=True)
    if "codes" in wanted:
        print(Codes(places["postgres"], 1, "tls=off&connections=4&per_connection=100000", port).measure(), flush=True)
    for result in results:
        print(result)


def turn(case: Case, result: "Result", push: Callable[[], float]) -> str:
    """Time one case between two rounds of smtp-source, and say what was found."""
    web = Web(case.place) if result.name.startswith("sqlite") else None
    before, looked = push(), ticks()
    with web or contextlib.nullcontext():
        rate = case.rate(600 if result.name == "late-1" else None)
    limit = (before + push()) / 2
    took = web.took(case.began, case.ended) if web else []
    result.writes += took
    used = f", {case.cpu * 1e6:.0f} us of processor a mail, {case.memory} MB at most" if case.cpu else ""
    beside = f", writes beside it {spread(took)}" if took else ""
    found = f"{result.add(rate, limit)}{used}{beside}, load {os.getloadavg()[0]:.1f}"
    return f"{found}, {share(looked, ticks()):.0%} taken by the host"


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
