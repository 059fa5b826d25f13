"""How fast public pages leave the caching proxy, as a ratio to a file that the same proxy reads from its disk.

    python -m bench.proxy [--rounds 5] [--seconds 4] [--connections 10]

The proxy is nginx with deploy/nginx.conf (the machine's own, or Debian's, unpacked and never installed), the site
behind it gunicorn as shipped, on SQLite with the directory as seeded. For each page the file holds the same bytes,
so that only the way they come is compared: plain, and packed (gzip) as browsers ask for them. `sheet` is the site's own
style sheet through the proxy. In each round page and file take turns; a ratio is the median over rounds.
"""

import argparse
import json
import os
import pathlib
import secrets
import statistics
import subprocess
import sys
import tempfile
import urllib.request

from bench.pages import PYTHON, ROOT, Load, wrk
from tests.servers.program import Program, free_port
from tests.servers.proxy import TYPE_THIS, Proxy, program

PAGES = {"home": "/", "directory": "/partnerships/", "partnership": "/partnerships/elcea/", "region": "/london/"}
WAYS = {"plain": {}, "packed": {"Accept-Encoding": "gzip"}}
GOAL = 0.7


class WithFiles(Proxy):
    """The proxy of a real site that also serves a folder of files."""

    def _configuration(self, site: int) -> str:
        beside = f"location /files/ {{ alias {self.folder}/files/; types {{}} default_type text/html; }}"
        return super()._configuration(site).replace("location / {", f"{beside}\n        location / {{", 1)


def measured(arguments: argparse.Namespace, folder: pathlib.Path) -> dict[str, list[tuple[Load, Load]]]:
    """Serve everything and return, for each page and way, (the page's load, the file's load) by round."""
    nginx = program(folder / "nginx")
    if not nginx:
        raise SystemExit(f"There is no nginx. Type: {TYPE_THIS}")
    site = free_port()
    with WithFiles(nginx, folder / "proxy", site) as proxy:
        env = os.environ | {
            "DEBUG": "", "DEMO": "", "LCEP_VAR": str(folder), "LOG_LEVEL": "ERROR", "REDIS_URL": "", "DATABASE_URL": "",
            "SITE_URL": proxy.url, "ALLOWED_HOSTS": "localhost,127.0.0.1", "TRUSTED_PROXY_COUNT": "1",
            **{key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY")},
        }  # fmt: skip
        for command in (["migrate", "-v0"], ["seed"], ["collectstatic", "-v0", "--noinput"]):
            subprocess.run([PYTHON, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        web = [PYTHON, "-m", "gunicorn", "--config", "python:lcep.web", "--bind", f"127.0.0.1:{site}"]
        served = Program(web, folder / "web.log", env=env)
        try:
            served.wait_until(lambda: _answers(site))
            return _rounds(arguments, proxy)
        finally:
            served.stop()


def _answers(port: int) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).status == 200
    except OSError:
        return False


def _rounds(arguments: argparse.Namespace, proxy: Proxy) -> dict[str, list[tuple[Load, Load]]]:
    files = proxy.folder / "files"
    files.mkdir()
    pages = PAGES | {"sheet": _sheet(proxy)}
    for name, path in pages.items():
        with urllib.request.urlopen(proxy.url + path, timeout=30) as answer:
            (files / name).write_bytes(answer.read())
    found: dict[str, list[tuple[Load, Load]]] = {f"{name} {way}": [] for name in pages for way in WAYS}
    for _ in range(arguments.rounds):
        for name, path in pages.items():
            for way, headers in WAYS.items():
                pair = [
                    wrk(proxy.url + address, arguments.seconds, arguments.connections, headers)
                    for address in (path, f"/files/{name}")
                ]
                found[f"{name} {way}"].append((pair[0], pair[1]))
    return found


def _sheet(proxy: Proxy) -> str:
    with urllib.request.urlopen(proxy.url, timeout=30) as answer:
        page = answer.read().decode()
    return page.partition('rel="stylesheet" href="')[2].partition('"')[0]


def report(found: dict[str, list[tuple[Load, Load]]]) -> bool:
    """Print a table and one JSON line; say whether every page reaches the goal."""
    ratios = {}
    for name, pairs in found.items():
        ratios[name] = round(statistics.median(page.per_second / file.per_second for page, file in pairs), 2)
        page, file = (statistics.median(pair[at].per_second for pair in pairs) for at in (0, 1))
        p99 = statistics.median(pair[0].p99 for pair in pairs)
        print(f"{name:<20} {page:>8.0f}/s  p99 {p99:>6.2f} ms  file {file:>8.0f}/s  {ratios[name]:>5.2f} x file")
    print(json.dumps(ratios | {"load": round(os.getloadavg()[0], 1)}))
    return all(ratio >= GOAL for ratio in ratios.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lcep-bench-") as folder:
        return 0 if report(measured(arguments, pathlib.Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
