"""What is installed is written down, by hash and without an address."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from django.conf import settings

TOP = Path(settings.BASE_DIR)
RUN, DEVELOP, UV = "requirements.txt", "requirements-dev.txt", "requirements-uv.txt"


def pins(name: str) -> dict[str, str]:
    """Return each package of a lock file with its version."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (TOP / name).read_text(), re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    """Return what is required, spelled as a lock file does (PEP 503)."""
    found = [re.match(r"[A-Za-z0-9._-]+", requirement)[0] for requirement in requirements]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


@pytest.mark.parametrize("name", [RUN, DEVELOP, UV])
def test_no_address_and_a_hash_for_each(name):
    words = (TOP / name).read_text()
    assert "://" not in words
    assert not re.search(r"^-", words, re.MULTILINE), "an option in a lock file may name an index"
    entries = re.split(r"\n(?=\S)", words.strip())
    assert entries and all("--hash=sha256:" in entry for entry in entries)


def test_they_are_in_step_with_the_project():
    project = tomllib.loads((TOP / "pyproject.toml").read_text())
    needed = names(project["project"]["dependencies"])
    assert needed <= set(pins(RUN))
    assert needed | names(project["dependency-groups"]["dev"]) <= set(pins(DEVELOP))


def test_a_real_site_can_speak_to_redis():
    """Celery's way to Redis imports what it does not ask for; only with the tools of the tests it was there."""
    asked = [requirement for requirement in requires("kombu") if 'extra == "redis"' in requirement]
    assert len(asked) > 1 and names(asked) <= set(pins(RUN))


def test_the_tests_run_with_what_the_site_runs_with():
    assert pins(RUN).items() <= pins(DEVELOP).items()
