"""The people of a soak: each with a browser of their own, one journey after the other."""

import http.client
import random
import re
import threading
import time
import urllib.parse
from collections import defaultdict

SHARES = {"browses": 55, "answers": 15, "signs_up": 10, "manages": 20}
OPEN = [
    *("/", "/?where=Hackney", "/leeds/", "/london/", "/partnerships/", "/partnerships/?q=arts", "/start/", "/about/"),
    *(
        f"/partnerships/leedscep/{page}"
        for page in (
            *("", "noticeboard/", "newsletters/", "newsletters/1/", "events/", "pods/", "pods/youth-voice/"),
            *("calendar.ics", "get-involved/"),
        )
    ),
]
DESK = [
    *("/admin/", "/admin/members/membership/", "/admin/members/membership/?q=thimble", "/admin/mailings/mailing/"),
    *("/admin/newsletters/newsletter/", "/admin/newsletters/story/", "/admin/planner/leedscep/", "/me/"),
    *("/admin/mailings/mailing/{past}/change/", "/admin/mailings/mailing/{past}/progress/"),
    *("/admin/newsletters/newsletter/{draft}/who/", "/admin/newsletters/newsletter/{draft}/words/"),
]


class Ledger:
    """What was asked, how long it took, and what went wrong. Shared by all visitors."""

    def __init__(self) -> None:
        self.took: dict[str, list[tuple[float, float]]] = defaultdict(list)  # when it began (perf_counter), ms
        self.pages: dict[str, list[float]] = defaultdict(list)  # ms, by address
        self.slowest: dict[str, tuple[float, str]] = {}
        self.errors: list[str] = []
        self.lock = threading.Lock()

    def note(self, kind: str, path: str, began: float, wrong: str) -> None:
        seconds = time.perf_counter() - began
        shown = re.sub(r"/(r|c|u)/[^/]+/", r"/\1/…/", path)
        with self.lock:
            self.took[kind].append((began, seconds * 1000))
            self.pages[shown.partition("?")[0]].append(seconds * 1000)
            self.slowest[kind] = max(self.slowest.get(kind, (0.0, "")), (seconds * 1000, shown))
            if wrong:
                self.errors.append(f"{kind} {shown}: {wrong}")


class Visitor(threading.Thread):
    """One person with a browser of their own, who goes on until told to stop."""

    def __init__(self, port: int, number: int, ledger: Ledger, known: dict, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.ledger, self.known, self.stopping = port, number, ledger, known, stopping
        self.chance = random.Random(number)
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.joined = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            journey = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
            getattr(self, journey)()
            self.cookies.clear()

    def browses(self) -> None:
        for path in self.chance.sample(OPEN, 5):
            self.ask("browse", path)

    def signs_up(self) -> None:
        """Ask to be put on the list. The code is one mail more, and urgent."""
        self.joined += 1
        page = self.ask("join", "/partnerships/leedscep/join/")
        self.think(2.5)  # faster is a machine
        address = f"v{self.number}-{self.joined}@v{self.number}-{self.joined}.example.org"
        opened = re.search(r'name="opened" value="([^"]+)"', page)
        self.ask("join", "/partnerships/leedscep/join/", email=address, opened=opened[1] if opened else "")
        self.ask("join", "/partnerships/leedscep/join/code/")

    def answers(self) -> None:
        """Answer an invitation from the link in its mail."""
        path = self.chance.choice(self.known["replies"])
        self.ask("reply", path)
        self.ask("reply", path, reply=self.chance.choice(["yes", "maybe", "no"]))
        self.ask("reply", f"{path}?saved=1")

    def manages(self) -> None:
        """Dee at her desk, watching what goes out and writing the next one."""
        self.ask("browse", "/demo/")
        self.ask("sign in", "/demo/as/dee/")
        self.ask("sign in", "/demo/as/dee/", sign="in")
        for path in self.chance.sample(DESK, 8):
            self.ask("manager", path.format(**self.known))

    def think(self, seconds: float) -> None:
        self.stopping.wait(seconds * self.chance.uniform(0.5, 1.5))

    def ask(self, kind: str, path: str, **form: str) -> str:
        """Ask for a page, or send a form with the token of the page before, and note how it went."""
        if self.stopping.is_set() or (kind == "sign in" and not form):
            return ""
        headers = {"Host": f"localhost:{self.port}", "X-Forwarded-For": self.address(), "X-Forwarded-Proto": "http"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form:
            body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.cookies.get("csrf", ""), **form})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began, page, wrong = time.perf_counter(), "", ""
        try:
            self.connection.request("POST" if form else "GET", path, body, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode(errors="replace")
            wrong = f"answered {answer.status}" if answer.status >= 400 else ""
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        except (OSError, http.client.HTTPException) as error:
            wrong = f"{type(error).__name__} {error}"
            self.connection.close()
        self.ledger.note(kind, path, began, wrong)
        self.think(1.0)
        return page

    def address(self) -> str:
        """Each journey comes from another network: the caps on joining are not what is measured."""
        turn = self.joined
        return f"10.{self.number % 250}.{turn // 250 % 250}.{turn % 250}"
