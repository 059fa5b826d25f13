"""The whole site as `bin/run` serves it, walked in a real browser."""

import contextlib
import mailbox
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from mailings.models.mailings import UNDO
from tests.mailings.conftest import send

__all__ = ["send"]


class House:
    """A running site with its own data: `address` and the mail it has handed over."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen) -> None:
        self.address, self.folder, self.process = f"http://localhost:{port}", folder, process

    def mails_to(self, address: str) -> list:
        """What has been captured for one person, oldest first."""
        box = mailbox.Maildir(self.folder / "mail", create=False)
        found = list(box)
        mine = [mail for mail in found if address in (mail["X-RcptTo"] or "") or address in (mail["To"] or "")]
        return sorted(mine, key=lambda mail: mail.get_date())

    def after_undo(self) -> None:
        """The two minutes of Undo are over for whatever waits: its hour is put back by them, all else goes its way."""
        with contextlib.closing(sqlite3.connect(self.folder / "lcep.sqlite3", timeout=30)) as database, database:
            database.execute(
                "UPDATE mailings_mailing SET send_at = datetime(send_at, ?), late_after = datetime(late_after, ?)"
                " WHERE state = 'scheduled'",
                [f"-{UNDO.total_seconds()} seconds"] * 2,
            )

    def newsletters(self) -> list:
        return [mail for mail in mailbox.Maildir(self.folder / "mail", create=False) if mail["List-Id"]]

    def mail_to(self, address: str, subject: str, seconds: float = 60):
        """Wait for a mail to one person whose subject holds these words."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mail in reversed(self.mails_to(address)):
                if subject in _decoded(mail["Subject"]):
                    return mail
            time.sleep(0.3)
        raise AssertionError(f"no mail about {subject!r} came to {address} within {seconds} seconds")


def _decoded(header: str) -> str:
    from email.header import decode_header, make_header

    return " ".join(str(make_header(decode_header(header))).split())


def text_of(mail, kind: str = "plain") -> str:
    for part in mail.walk():
        if part.get_content_type() == f"text/{kind}":
            return part.get_payload(decode=True).decode()
    raise AssertionError(f"no text/{kind} part")


@pytest.fixture(scope="session")
def house(tmp_path_factory, furnished):
    """The demonstration, started by the command that bin/run calls, on a port of its own."""
    folder = furnished(tmp_path_factory.mktemp("house"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = ("SITE_URL", "EMAIL_URL", "DATABASE_URL", "REDIS_URL", "DEBUG", "LOG_LEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"LCEP_VAR": str(folder), "PORT": str(port), "DEMO": "1"}
    log = (folder / "screen.txt").open("w")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    running = House(folder, port, process)
    try:
        _wait_for(running)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _wait_for(house: House) -> None:
    until = time.monotonic() + 400  # 20 seconds on a machine with nothing else to do
    while time.monotonic() < until:
        assert house.process.poll() is None, (house.folder / "screen.txt").read_text()
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{house.address}/healthz", timeout=2).read()
            return
        time.sleep(0.3)
    raise AssertionError((house.folder / "screen.txt").read_text())


class Hands:
    """Somebody at a keyboard: Tab, Enter, Space and letters, and nothing else."""

    def __init__(self, page) -> None:
        self.page = page

    @property
    def focused(self) -> str:
        """What a screen reader would call the thing that has the focus."""
        return self.page.evaluate(
            """() => {
                const e = document.activeElement;
                const labels = e.labels ? [...e.labels].map(l => l.textContent).join(' ') : '';
                return (e.getAttribute('aria-label') || labels || e.textContent || e.value || '')
                    .replace(/\\s+/g, ' ').trim();
            }"""
        )

    def reach(self, name: str, tag: str = "") -> None:
        """Press Tab until the thing with this name has the focus, and see that the focus shows."""
        for _ in range(150):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate("() => document.activeElement.tagName.toLowerCase()")
            if re.search(name, self.focused) and (not tag or here == tag):
                self._focus_shows()
                return
        raise AssertionError(f"no way by keyboard to {name!r} on {self.page.url}")

    def press(self, name: str, tag: str = "") -> None:
        """Reach a link or a button and press Enter; wait for the page it leads to."""
        self.reach(name, tag)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type_into(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _focus_shows(self) -> None:
        shown = self.page.evaluate(
            """() => {
                const s = getComputedStyle(document.activeElement);
                return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none';
            }"""
        )
        assert shown, f"the focus on {self.focused!r} cannot be seen on {self.page.url}"


@pytest.fixture
def complaints():
    """What the browser's console said of our pages; a test that meant to provoke it takes it out again."""
    return []


@pytest.fixture
def page(browser, house, complaints):
    """A page that complains when the browser does."""
    context = browser.new_context(base_url=house.address, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def hands(page):
    return Hands(page)
