"""The demonstration as it stands on one fixed day, served by the program that serves it in life."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.program import Program, free_port

DAY = "2026-11-24T10:00:00+00:00"
ROOT = Path(__file__).resolve().parents[2]
# Addresses that only the site's own keys can make, as one line of JSON.
KEYS = """
import json
from members import wording
from members.models import JoinRequest, Membership, Wording
from django.urls import reverse
from newsletters.models import Newsletter
from partnerships.models import Document, Partnership
from trust.tokens import CHOICES, CONFIRM

leeds = Partnership.objects.get(slug="leedscep")
one = Membership.objects.filter(partnership=leeds).select_related("member").order_by("pk").first()
guide = Document.objects.filter(region__slug="london").order_by("pk").first()
shown = Wording.of(wording.joining(leeds, False))
asked, _ = JoinRequest.ask(leeds, "sam@example.org", with_events=False, wording=shown)
print(json.dumps({
    "choices": "/u/" + CHOICES.sign(one.member_id, leeds.pk) + "/",
    "confirm": "/c/" + CONFIRM.sign(asked.pk) + "/",
    "newsletter": Newsletter.objects.published().filter(partnership=leeds).earliest("number").get_absolute_url(),
    "document": reverse("partnerships:document", args=["leedscep", leeds.documents.order_by("pk").first().slug]),
    "region-document": reverse("partnerships:region_document", args=["london", guide.slug]),
    "pod": leeds.groups.current().pods().order_by("pk").first().get_absolute_url(),
}))
"""


@dataclass(frozen=True)
class Demonstration:
    """A running site: its `address`, and the paths of what has no fixed one, by name."""

    address: str
    paths: dict[str, str]


@contextlib.contextmanager
def demonstration(folder: Path | None = None) -> Iterator[Demonstration]:
    """Make the data, serve the site from `with` to the end of the block; takes about half a minute."""
    with contextlib.ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lcep-look-")))
        port = free_port()
        env = _environment(folder, port)
        subprocess.run([sys.executable, "manage.py", "demo", "--no-serve"], cwd=ROOT, env=env, check=True)
        told = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", KEYS],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        command = [sys.executable, "-m", "gunicorn", "--config", "python:demo.web", "--bind", f"127.0.0.1:{port}"]
        program = Program(command, folder / "web.log", env=env)
        stack.callback(program.stop)
        address = f"http://localhost:{port}"
        program.wait_until(lambda: _answers(address))
        yield Demonstration(address, json.loads(told.stdout.splitlines()[-1]))


def _environment(folder: Path, port: int) -> dict[str, str]:
    ours = ("SITE_URL", "DATABASE_URL", "REDIS_URL", "DEBUG", "LOG_LEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    clock = str(ROOT / "tests" / "look" / "clock")
    return kept | {
        "LCEP_VAR": str(folder),
        "PORT": str(port),
        "DEMO": "1",
        "EMAIL_URL": "smtp://localhost:1",
        "LCEP_TEST_DAY": DAY,
        "PYTHONPATH": os.pathsep.join(filter(None, [clock, os.environ.get("PYTHONPATH", "")])),
    }


def _answers(address: str) -> bool:
    import urllib.request

    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
