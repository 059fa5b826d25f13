"""Whether a site with data in it survives being upgraded, backed up, destroyed, restored and adopted.

    python3 -m bench.moving FROM [--folder FOLDER] [--same-environment]

For an ordinary user on a bare machine with Python 3.11 or newer, in a clone of the project; FROM is the commit to
begin with. It clones that, starts its demonstration with `bin/run`, stops it, and then does what docs/operations.md
says under "Upgrade", "Back up" and "Restore": the commands are read out of that page and typed as they stand, but
for the names of folders. Between the backup and the end somebody leaves the list. What every page says, to a visitor
and to four of the cast, must be the same before the end and after the restore. Prints what took how long; ends with
1 where anything differs. `--same-environment` saves making a Python environment where the present one will do.
"""

import argparse
import datetime
import difflib
import html
import http.cookiejar
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHO = ["", "cy", "ben", "gwen", "dee"]  # a visitor, then members of the cast
MOST = 80  # pages for each of them
# What is about this moment, this session or this machine.
PASSING = [
    r'value="[^"]{20,}"',
    r"/static/[\w./-]+",
    r'href="[^"]*(?:token|next)=[^"]*"',
    r"\d+ (?:second|minute)s? ago",
]
ELSEWHERE = ("/demo/", "/static/", "/accounts/", "/me/devices/", "/admin/logout/", "/admin/jsi18n/")


class House:
    """One version of the software in a folder, and the data it works on."""

    def __init__(self, software: pathlib.Path, var: pathlib.Path, port: int, python: str = "") -> None:
        self.software, self.var, self.port = software, var, port
        kept = ("HOME", "LANG", "TMPDIR", "PIP_CERT", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CONFIG_FILE")
        paths = [str(pathlib.Path(python).parent) if python else str(software / ".venv/bin"), os.environ["PATH"]]
        self.env = {name: os.environ[name] for name in kept if name in os.environ}
        self.env |= {
            "PATH": ":".join(paths),
            "LCEP_VAR": str(var),
            "DEMO": "1",
            "PORT": str(port),
            "LOG_LEVEL": "ERROR",
        }
        self.run = ["bin/run"] if not python else [python, "manage.py", "demo"]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def type(self, line: str) -> str:
        """Type a line as somebody at a terminal would, and return what it said; RuntimeError when it fails.

        In a shell, because they are the lines of docs/operations.md, with their pipes and quotes; no line comes
        from anywhere else.
        """
        done = subprocess.run(line, shell=True, cwd=self.software, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{line}\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done.stdout.strip()

    @contextmanager
    def demonstration(self) -> Iterator[None]:
        """Serve with `bin/run`, as a newcomer does, and stop it with Ctrl-C."""
        running = subprocess.Popen(self.run, cwd=self.software, env=self.env, stdout=subprocess.PIPE, text=True)
        try:
            said = ""
            for line in running.stdout:
                said += line
                if line.startswith("Stop with Ctrl-C"):
                    break
            else:
                raise RuntimeError(said)
            yield
            running.send_signal(signal.SIGINT)
            if running.wait(60):
                raise RuntimeError("it did not end well")
        finally:
            running.kill()


class Reader:
    """Somebody who reads every page they come to."""

    def __init__(self, url: str, who: str) -> None:
        self.url, self.jar = url, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        if who:
            self.open("/demo/")
            token = next(cookie.value for cookie in self.jar if cookie.name == "csrf")
            self.open(f"/demo/as/{who}/", urllib.parse.urlencode({"csrfmiddlewaretoken": token}).encode())

    def open(self, path: str, form: bytes | None = None) -> str:
        """Return a page, or the number of the answer where it is none."""
        request = urllib.request.Request(self.url + path, form, {"Referer": self.url + path})
        try:
            with self.opener.open(request, timeout=120) as answer:
                kind = answer.headers.get_content_type()
                return answer.read().decode() if kind.startswith("text/") else f"{kind} {len(answer.read())}"
        except urllib.error.HTTPError as answer:
            return f"answered {answer.code}"

    def everything(self) -> dict[str, str]:
        """Return what each page says, by its address, in the order in which links lead to them."""
        found: dict[str, str] = {}
        waiting = ["/", "/me/", "/admin/", "/partnerships/leedscep/"]
        while waiting and len(found) < MOST:
            path = waiting.pop(0)
            if path in found or path.startswith(ELSEWHERE):
                continue
            page = self.open(path)
            found[path] = said(page)
            waiting += [html.unescape(link) for link in re.findall(r'href="(/[^"#]*)"', page)]
        return found


def said(page: str) -> str:
    """Return a page without what is about this moment, this session or this machine."""
    for passing in PASSING:
        page = re.sub(passing, "", page)
    return page


def typed(heading: str) -> list[str]:
    """Return the commands that docs/operations.md shows under a heading, line by line."""
    page = (ROOT / "docs/operations.md").read_text()
    part = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for block in re.findall(r"```\n(.*?)```", part, re.DOTALL) for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


class Walk:
    def __init__(self, options: argparse.Namespace, folder: pathlib.Path) -> None:
        self.options, self.folder = options, folder
        self.python = sys.executable if options.same_environment else ""
        self.began = time.monotonic()
        self.copies = folder / "copies"
        self.copies.mkdir()

    def tell(self, what: str) -> None:
        print(f"{time.monotonic() - self.began:7.1f} s  {what}", flush=True)

    def house(self, name: str, commit: str, var: str) -> House:
        """Clone a commit, without what lies about in the folder it comes from."""
        software = self.folder / name
        if not software.exists():
            subprocess.run(["git", "clone", "-q", "--no-checkout", ROOT, software], check=True)
            subprocess.run(["git", "checkout", "-q", "--detach", commit], cwd=software, check=True)
        return House(software, self.folder / var, self.options.port, self.python)

    def follow(self, house: House, heading: str) -> None:
        for line in typed(heading):
            if line.startswith("docker") or (self.python and line.startswith(".venv/bin/pip")):
                continue
            here = re.sub("/(backups|copies)/", f"{self.copies}/", line)
            here = re.sub(r"lcep-\d{4}-\d\d-\d\d\.zip", f"lcep-{datetime.date.today():%F}.zip", here)
            house.type(here)
            self.tell(f"{heading}: {line}")

    def go(self) -> int:
        old = self.house("before", self.options.commit, "var")
        with old.demonstration():
            home = Reader(old.url, "").open("/")
            assert "<h1" in home, home
        self.tell(f"the demonstration of {self.options.commit} was started, read and stopped")
        new = self.house("after", "HEAD", "var")
        if not self.python:
            new.type("python3 -m venv .venv")
        self.follow(new, "Upgrade")
        self.follow(new, "Back up")
        new.type(f"python manage.py shell -v 0 -c {LEAVES!r}")
        with new.demonstration():
            was = self.read(new)
        for name in ("lasting.jsonl", "keys.json"):
            shutil.copy(new.var / name, self.copies / name)
        shutil.rmtree(new.var)
        self.tell("somebody left, every page was read, and the place was destroyed")
        again = self.house("after", "HEAD", "elsewhere")
        again.var.mkdir(mode=0o700)
        shutil.copy(self.copies / "keys.json", again.var)
        self.follow(again, "Restore")
        with again.demonstration():
            now = self.read(again)
        return self.compare(was, now)

    def read(self, house: House) -> dict[str, dict[str, str]]:
        pages = {who: Reader(house.url, who).everything() for who in WHO}
        self.tell(f"{sum(map(len, pages.values()))} pages read as {len(WHO)} people")
        return pages

    def compare(self, was: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> int:
        differing = 0
        for who, pages in was.items():
            for path, page in pages.items():
                other = now[who].get(path, "not there")
                if page == other:
                    continue
                differing += 1
                lines = difflib.unified_diff(page.splitlines(), other.splitlines(), "before", "after", "", "", 0, "")
                print(f"{who or 'visitor'} {path}", *list(lines)[:12], sep="\n    ")
        total = sum(map(len, was.values()))
        print(json.dumps({"pages": total, "differing": differing, "seconds": round(time.monotonic() - self.began)}))
        return 1 if differing or not total else 0


LEAVES = (
    "from members.models import Membership as M; "
    "rows = M.objects.current().filter(partnership__slug='leedscep', member__name__startswith='Tom'); "
    "rows.first().leave(how='choices')"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", metavar="FROM")
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=8397)
    parser.add_argument("--same-environment", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lcep-moving-", dir=options.folder) as folder:
        return Walk(options, pathlib.Path(folder)).go()


if __name__ == "__main__":
    sys.exit(main())
