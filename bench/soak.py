"""Ten minutes of everything at once: people browse, join, reply, a manager works, and 100,000 mails go out meanwhile.

    python -m bench.soak [--minutes 10] [--mails 100000] [--visitors 16]

gunicorn, a Celery worker and beat as docker-compose.yml starts them, on a PostgreSQL that writes to its disk (fsync
on) and a Redis, in front of the demonstration's data with as many people more on Northvale's list as there are mails;
the relay is bench/sink.py, and the route is limited so that the mails take most of the time. Each visitor does one
journey after the other, with a second or so between two requests. Prints p50, p95 and the worst by kind of request,
every error, and the memory (PSS) of web, worker and beat as they were warm and at the end. Ends with 1 where a goal
is missed: no error, p95 under 300 ms for each kind, memory within a tenth of what it was, every mail sent once.
On a virtual machine a request counts for the p95 when the host took at most a twentieth of the processors meanwhile;
those of all requests are shown beside it.
"""

import argparse
import contextlib
import http.client
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.stolen import Watch
from bench.visitors import Ledger, Visitor
from tests.servers import postgres, redis
from tests.servers.program import Program, free_port

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
GOAL = 300.0  # ms, of the 95th percentile
FLAT = 1.10


class House:
    """All processes of the site, and what they weigh."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack, rate: int) -> None:
        self.folder, self.port = folder, free_port()
        sink = free_port()
        postgres.SETTINGS["fsync"] = "on"
        self.database = postgres.start(folder / "pg")
        broker = redis.Redis(folder / "redis")
        self.env = os.environ | {
            "LCEP_VAR": str(folder / "var"), "DEMO": "1", "DEBUG": "", "PORT": str(self.port), "LOG_LEVEL": "WARNING",
            "DATABASE_URL": self.database.url, "REDIS_URL": broker.url, "TRUSTED_PROXY_COUNT": "1",
            "SITE_URL": f"http://localhost:{self.port}", "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink}?tls=off&connections=4&per_connection=100000&per_second={rate}",
        }  # fmt: skip
        stack.callback(self.database.stop)
        stack.callback(broker.stop)
        stack.callback(Program([PYTHON, ROOT / "bench/sink.py", str(sink), "0"], folder / "sink.log").stop)
        self.manage("demo", "--no-serve")
        self.programs: dict[str, Program] = {}

    def manage(self, *words: str) -> str:
        command = [PYTHON, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def clerk(self, *words: str) -> dict:
        command = [PYTHON, "-m", "bench.soak", "--clerk", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout.splitlines()[-1])

    def open(self, stack: contextlib.ExitStack) -> None:
        bind = ["--bind", f"127.0.0.1:{self.port}", "--max-requests", "0"]  # a fresh process would hide what grows
        celery = [PYTHON, "-m", "celery", "-A", "lcep"]
        commands = {
            "web": [PYTHON, "-m", "gunicorn", "--config", "python:lcep.web", *bind],
            "worker": [
                *celery,
                "worker",
                "-l",
                "WARNING",
                "--concurrency",
                "2",
                "--without-gossip",
                "--without-mingle",
            ],
            "beat": [*celery, "beat", "-l", "WARNING", "--pidfile="],
        }
        for name, command in commands.items():
            self.programs[name] = Program(command, self.folder / f"{name}.log", env=self.env)
            stack.callback(self.programs[name].stop, 30)
        self.programs["web"].wait_until(self._answers, 120)

    def _answers(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except OSError:
            return False

    def weigh(self) -> dict[str, float]:
        """Return the memory of each program in MB, its children included, what they share counted once (PSS)."""
        weights = dict.fromkeys(self.programs, 0.0)
        of = {program.process.pid: name for name, program in self.programs.items()}
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                session = int((process / "stat").read_text().rpartition(")")[2].split()[3])
                if session in of:
                    rollup = (process / "smaps_rollup").read_text()
                    weights[of[session]] += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024
        return weights

    def logged_errors(self) -> list[str]:
        """Return what the processes said of errors, ten lines at most."""
        lines = [line for name in self.programs for line in (self.folder / f"{name}.log").read_text().splitlines()]
        return [line[:300] for line in lines if "ERROR" in line or "Traceback" in line][:10]


def soak(options: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> int:
    seconds = options.minutes * 60
    rate = math.ceil(options.mails / (0.75 * seconds) / 0.9)  # a tenth is kept for service mail
    house = House(folder, stack, rate)
    known = house.clerk("invent", str(options.mails))
    house.open(stack)
    known |= house.clerk("plan")
    ledger, stopping = Ledger(), threading.Event()
    visitors = [Visitor(house.port, number, ledger, known, stopping) for number in range(options.visitors)]
    began, weights, watch = time.monotonic(), [], Watch()
    watch.start()
    for visitor in visitors:
        visitor.start()
    while time.monotonic() - began < seconds:
        time.sleep(min(5.0, seconds / 20))
        weights.append(house.weigh())
    stopping.set()
    for visitor in visitors:
        visitor.join(90)
    taken = watch.share
    account = house.clerk("account", str(known["mailing"]), str(max(120, seconds)))
    machine = f"load {os.getloadavg()[0]:.1f}, {taken:.0%} of the processors taken by the host"
    print(f"{options.minutes:g} minutes, {options.visitors} visitors, {machine}\n")
    return report(options, ledger, watch, weights, account, house.logged_errors())


def p95(took: list[float]) -> float:
    return sorted(took)[math.ceil(len(took) * 0.95) - 1] if took else math.inf


def report(
    options, ledger: Ledger, watch: Watch, weights: list[dict[str, float]], account: dict, logged: list[str]
) -> int:
    """Print what was found and return the exit code."""
    missed = []
    print("| kind | requests | p50 ms | p95 ms | worst ms | worst page | while the machine was ours | p95 ms |")
    print("|---|---|---|---|---|---|---|---|")
    everything = [one for asked in ledger.took.values() for one in asked]
    for kind, asked in [*sorted(ledger.took.items()), ("all", everything)]:
        took = [ms for _, ms in asked]
        ours = [ms for began, ms in asked if watch.was_ours(began, began + ms / 1000)]
        worst, path = ledger.slowest[kind] if kind != "all" else max(ledger.slowest.values())
        print(
            f"| {kind} | {len(took)} | {statistics.median(took):.0f} | {p95(took):.0f} | {worst:.0f} | `{path}` "
            f"| {len(ours)} | {p95(ours):.0f} |"
        )
        missed += [f"p95 of {kind} is {p95(ours):.0f} ms"] if p95(ours) >= GOAL else []
    slow = sorted(ledger.pages.items(), key=lambda page: p95(page[1]), reverse=True)[:5]
    print(f"\nSlowest by p95: {', '.join(f'`{path}` {p95(took):.0f} ms' for path, took in slow)}")
    print("\n| memory (PSS, MB) | warm | end | most |\n|---|---|---|---|")
    warm, end = weights[len(weights) // 5 : len(weights) // 5 + 5], weights[-5:]
    for name in weights[0]:
        first, last = (statistics.median(weight[name] for weight in part) for part in (warm, end))
        print(f"| {name} | {first:.0f} | {last:.0f} | {max(weight[name] for weight in weights):.0f} |")
        missed += [f"{name} grew from {first:.0f} to {last:.0f} MB"] if last > first * FLAT else []
    print(f"\nmails: {json.dumps(account)}")
    wrong = ledger.errors + logged
    missed += [f"{len(wrong)} errors"] if wrong else []
    sent_all = account.get("sent") == account["prepared"] >= options.mails
    missed += [] if sent_all else ["not every mail was sent"]
    for line in wrong[:20]:
        print(f"error: {line}")
    print("Every goal is met." if not missed else f"Missed: {'; '.join(missed)}.")
    return 1 if missed else 0


def clerk(order: str, *arguments: str) -> None:
    """Do one thing inside the site's own Django, and print one line of JSON."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
    django.setup()
    orders = {"invent": _invent, "plan": _plan, "account": _account}
    print(json.dumps(orders[order](*arguments)))


def _invent(count: str) -> dict:
    """Put many people on Northvale's list; return the links and numbers that visitors of LeedsCEP know."""
    from django.db import connection, transaction
    from django.utils import timezone

    from meetings.models import Invitation
    from newsletters.models import Newsletter
    from partnerships.models import Partnership
    from trust.tokens import REPLY

    northvale = Partnership.objects.get(slug="northvale")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (password, email, mail_to, key, name, sector, joined_at) "
            "SELECT '!', a, a, sha256(a::bytea), 'Person ' || n, '', now() "
            "FROM (SELECT n, 'soak' || n || '@people.example.org' AS a FROM generate_series(1, %s) AS n) AS invented",
            [int(count)],
        )
        cursor.execute(
            "INSERT INTO members_membership (member_id, partnership_id, joined_at, newsletter_since) "
            "SELECT id, %s, now(), now() FROM members_member WHERE email LIKE 'soak%%@people.example.org'",
            [northvale.pk],
        )
        cursor.execute("ANALYZE")
    coming = Invitation.objects.filter(meeting__starts_at__gt=timezone.now(), meeting__cancelled_at=None)
    links = [f"/r/{REPLY.sign(meeting, member)}/" for meeting, member in coming.values_list("meeting_id", "member_id")]
    issues = Newsletter.objects.filter(partnership__slug="leedscep")
    draft, past = issues.filter(published_at=None).latest("pk"), issues.exclude(mailing=None).latest("pk")
    return {"replies": links, "draft": draft.pk, "past": past.mailing_id}


def _plan() -> dict:
    from datetime import timedelta

    from mailings.models import Mailing
    from mailings.rehearsal import KIND
    from partnerships.models import Partnership

    northvale = Partnership.objects.get(slug="northvale")
    mailing = Mailing.schedule(KIND, key="soak", partnership=northvale, subject="A soak", delay=timedelta(0))
    return {"mailing": mailing.pk}


def _account(number: str, patience: str) -> dict:
    """Wait for the end of the mailing, and say what became of everybody."""
    from django.db.models import Count, Max, Min

    from mailings.models import Delivery, Mailing

    until = time.monotonic() + float(patience)
    while Mailing.objects.get(pk=number).state in {"scheduled", "preparing", "sending"} and time.monotonic() < until:
        time.sleep(1)
    rows = Delivery.objects.filter(mailing=number)
    times = rows.filter(state="sent").aggregate(first=Min("handed_at"), last=Max("finished_at"))
    took = (times["last"] - times["first"]).total_seconds() if times["first"] else 0
    states = dict(rows.order_by().values_list("state").annotate(Count("id")))
    others = dict(Delivery.objects.exclude(mailing=number).order_by().values_list("state").annotate(Count("id")))
    mailing = Mailing.objects.get(pk=number)
    return {"state": mailing.state, "prepared": mailing.prepared, "seconds": round(took), **states, "service": others}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--visitors", type=int, default=16)
    parser.add_argument("--clerk", nargs="+", metavar="ORDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.clerk:
        clerk(*options.clerk)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="lcep-bench-", dir="/tmp" if os.geteuid() == 0 else None))
    folder.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return soak(options, folder, stack)


if __name__ == "__main__":
    sys.exit(main())
