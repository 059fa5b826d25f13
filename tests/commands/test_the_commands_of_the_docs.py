"""Every command that the docs tell somebody to type is there, takes these options, and is typed by a test or a walk."""

import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from bench import moving

TOP = Path(settings.BASE_DIR)
PAGES = {name: (TOP / name).read_text() for name in ("docs/operations.md", "docs/for-your-it-team.md", "README.md")}
# Where each is run as somebody would type it; bench/moving.py types what stands under its headings.
RUN_BY = {
    "appoint_administrator": "tests/partnerships/test_appointing_from_the_command_line.py",
    "appoint_steward": "tests/partnerships/test_appointing_from_the_command_line.py",
    "backup": "tests/trust/test_backing_up_and_restoring.py",
    "check": "bin/check",
    "check_mail_domain": "tests/mailings/test_mail_domains.py",
    "collectstatic": "tests/servers/site.py",
    "migrate": "tests/trust/test_backing_up_and_restoring.py",
    "rehearse": "tests/mailings/test_rehearsing.py",
    "restore": "tests/trust/test_backing_up_and_restoring.py",
    "restore_drill": "tests/trust/test_backing_up_and_restoring.py",
    "retain": "tests/members/test_being_forgotten.py",
    "run_sender": "tests/mailings/processes.py",
    "seed": "demo/preparing.py",
    "take_mail": "tests/mailings/test_the_inbox.py",
}
OTHERS = {
    "celery": "tests/commands/test_containers.py",
    "gunicorn": "tests/commands/test_containers.py",
    "docker": "tests/commands/test_containers.py",
    "systemctl": "deploy/lcep.service",
    "python3": "bench/moving.py",
    ".venv/bin/pip": "bench/moving.py",
    "openssl": "lcep/environment.py",
    "bin/run": "tests/commands/test_wrong_settings.py",
    "bin/test": "tests/servers/test_the_test_command.py",
}


def commands() -> list[str]:
    """Every line of a block that is typed, and everything between backticks that names a program of ours."""
    found = []
    for page in PAGES.values():
        for block in re.findall(r"```\n(.*?)```", page, re.DOTALL):
            for line in block.splitlines():
                found += [part.strip() for part in re.split(r"\s+#\s|&&", line)]
        found += re.findall(r"`((?:python )?(?:manage\.py|celery|gunicorn|docker|systemctl|bin/\w+)[^`]*)`", page)
    programs = ("manage.py", *OTHERS)
    lines = [line.removeprefix("docker compose run --rm web ").removeprefix("python ") for line in found]
    typed = [line for line in lines if line and line.split()[0] in programs]
    return sorted({line for line in typed if "…" not in line and line != "manage.py"})


MANAGED = [line.removeprefix("manage.py ") for line in commands() if line.startswith("manage.py ")]


@pytest.mark.parametrize("line", MANAGED)
def test_it_is_a_command_of_ours_with_these_options_and_something_runs_it(line):
    name, *words = shlex.split(line.replace("$(date +%F)", "today"))
    if words[:1] == ["FILE"] or not words:
        words = []  # only named, as in "`manage.py backup` writes …"
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)
    if words:
        parser.parse_args(words)
    assert re.search(rf"""["' ]{name}["' ,]""", (TOP / RUN_BY[name]).read_text()), RUN_BY[name]


def test_all_others_are_tried_somewhere_too():
    others = {line.split()[0] for line in commands() if not line.startswith("manage.py")}
    assert others <= set(OTHERS)
    for name in others:
        assert name.rpartition("/")[2] in (TOP / OTHERS[name]).read_text(), name


def test_nothing_is_proved_that_nobody_is_told_to_type():
    assert {line.split()[0] for line in MANAGED} == set(RUN_BY)


@pytest.mark.parametrize("heading", ["Upgrade", "Back up", "Restore"])
def test_the_walk_finds_its_commands_under_its_headings(heading):
    lines = moving.typed(heading)
    assert lines and all(line.startswith(("python ", ".venv/bin/pip ", "docker ")) for line in lines)
