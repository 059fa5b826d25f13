"""The site as a web process of its own, on the database of the tests."""

import http.cookiejar
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tests.servers.celery import site_env
from tests.servers.program import Program, free_port


class Site:
    """gunicorn from `with` to the end of the block; `get` and `post` are one visitor with cookies."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.env = site_env(SITE_URL=self.url, PORT=str(self.port), **env)
        self.cookies = http.cookiejar.CookieJar()
        self.visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def __enter__(self) -> "Site":
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            call_command("collectstatic", verbosity=0, interactive=False)
        command = [sys.executable, "-m", "gunicorn", "--config", "python:demo.web", "--bind", f"127.0.0.1:{self.port}"]
        self.program = Program(command, self.folder / "web.log", env=self.env).wait_until(self._answers)
        return self

    def __exit__(self, *failure: object) -> None:
        self.program.stop()

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text; an answer of 4xx or 5xx is an answer."""
        return self._ask(urllib.request.Request(self.url + path))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form with this visitor's CSRF token, and return status and text of the page it leads to."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrf")
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return self._ask(urllib.request.Request(self.url + path, body, {"Referer": self.url + path}))

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self.visitor.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode(errors="replace")

    def _answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False
