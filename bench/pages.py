"""How fast public pages are, as a ratio to a bare Django view on the same server in the same run.

    python -m bench.pages [--rounds 5] [--seconds 4] [--connections 10] [CASE …]

Cases: home directory partnership, each kept (KEEP_PAGES=2, as shipped) and made (KEEP_PAGES=0: every request
is answered from the database), and directory-known, which asks with the ETag it has. All are served by gunicorn
with two sync workers from a SQLite file with the directory as seeded; the load is wrk's, or where there is no wrk
a small generator in Python. In each round bare and the cases take turns; a ratio is the median over rounds of
case / bare of the same round.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

from tests.servers.program import Program, free_port

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PAGES = {"home": "/", "directory": "/partnerships/", "partnership": "/partnerships/elcea/"}
KINDS = {"kept": "2", "made": "0"}
GOALS = {"directory kept": 0.7, "directory made": 0.15}
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass
class Load:
    """What one burst of load found: answers per second, and milliseconds at the median and the 99th percentile."""

    per_second: float
    p50: float
    p99: float


def wrk(url: str, seconds: int, connections: int, headers: dict[str, str]) -> Load:
    """Ask one address with wrk over kept connections, and read its report."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *options, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if refused := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
        raise RuntimeError(f"{url}: {refused[1]} answers were errors")
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), _percentile(said, 50), _percentile(said, 99))


def _percentile(said: str, number: int) -> float:
    found = re.search(rf"{number}%\s+([\d.]+)(us|ms|s|m)\b", said)
    return float(found[1]) * UNITS[found[2]]


def plain(url: str, seconds: int, connections: int, headers: dict[str, str]) -> Load:
    """The same with threads of Python: slower than wrk, and fair between cases of one run."""
    host, _, path = url.removeprefix("http://").partition("/")
    took: list[float] = []
    until = time.monotonic() + seconds

    def ask() -> None:
        mine = []
        while (began := time.perf_counter()) and time.monotonic() < until:
            connection = http.client.HTTPConnection(host, timeout=30)
            connection.request("GET", f"/{path}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status not in {200, 304}:
                raise RuntimeError(f"{url}: {answer.status}")
            mine.append(time.perf_counter() - began)
        took.extend(mine)

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = statistics.quantiles(took, n=100)
    return Load(len(took) / seconds, cuts[49] * 1000, cuts[98] * 1000)


class Server:
    """gunicorn with two sync workers on a port of its own."""

    def __init__(self, name: str, application: str, env: dict[str, str], folder: pathlib.Path) -> None:
        self.port = free_port()
        command = [
            PYTHON,
            "-m",
            "gunicorn",
            application,
            "-w2",
            "-b",
            f"127.0.0.1:{self.port}",
            "--chdir",
            ROOT,
            "--log-level",
            "error",
        ]
        self.program = Program(command, folder / f"{name}.log", env=os.environ | env)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self, path: str) -> http.client.HTTPMessage:
        """Wait for the first good answer and return its headers."""
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return answer.headers
                raise RuntimeError(f"{path}: {answer.status}")
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{path}: nobody answers")


def measured(arguments: argparse.Namespace, folder: pathlib.Path) -> dict[str, list[Load]]:
    """Serve everything, ask in turns, and return each case's loads in the order of the rounds."""
    env = {
        "DEBUG": "", "DEMO": "", "LCEP_VAR": str(folder), "LOG_LEVEL": "ERROR", "REDIS_URL": "", "DATABASE_URL": "",
        "SITE_URL": "http://localhost", "ALLOWED_HOSTS": "127.0.0.1",
        **{key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY")},
    }  # fmt: skip
    for command in (["migrate", "-v0"], ["seed"], ["collectstatic", "-v0", "--noinput"]):
        subprocess.run(
            [PYTHON, "manage.py", *command], cwd=ROOT, env=os.environ | env, check=True, stdout=subprocess.DEVNULL
        )
    servers = {"bare": Server("bare", "bench.bare:application", {}, folder)}
    servers |= {kind: Server(kind, "lcep.wsgi", env | {"KEEP_PAGES": keep}, folder) for kind, keep in KINDS.items()}
    ask = wrk if shutil.which("wrk") else plain
    try:
        cases = {"bare": (servers["bare"], "/", {})}
        for kind in KINDS:
            for name, path in PAGES.items():
                cases[f"{name} {kind}"] = (servers[kind], path, {})
        etag = servers["kept"].wait("/partnerships/")["ETag"]
        cases["directory known"] = (servers["kept"], "/partnerships/", {"If-None-Match": etag})
        chosen = {
            name: case for name, case in cases.items() if name == "bare" or not arguments.case or name in arguments.case
        }
        for server, path, _ in chosen.values():
            server.wait(path)
            ask(server.url(path), 1, arguments.connections, {})
        found: dict[str, list[Load]] = {name: [] for name in chosen}
        for _ in range(arguments.rounds):
            for name, (server, path, headers) in chosen.items():
                found[name].append(ask(server.url(path), arguments.seconds, arguments.connections, headers))
        return found
    finally:
        for server in servers.values():
            server.program.stop()


def report(found: dict[str, list[Load]]) -> bool:
    """Print a table and one JSON line; say whether every goal that was measured is reached."""
    ratios, lines = {}, []
    for name, loads in found.items():
        pairs = zip(loads, found["bare"], strict=True)
        ratios[name] = round(statistics.median(load.per_second / bare.per_second for load, bare in pairs), 3)
        middle = [statistics.median(getattr(load, what) for load in loads) for what in ("per_second", "p50", "p99")]
        goal = f"  goal {GOALS[name]}" if name in GOALS else ""
        lines.append(
            f"{name:<18} {middle[0]:>8.0f}/s  p50 {middle[1]:>7.2f} ms  p99 {middle[2]:>7.2f} ms"
            f"  {ratios[name]:>6.3f} x bare{goal}"
        )
    print("\n".join(lines))
    print(json.dumps(ratios))
    return all(ratios[name] >= goal for name, goal in GOALS.items() if name in ratios)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("case", nargs="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lcep-bench-") as folder:
        return 0 if report(measured(arguments, pathlib.Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
