"""The containers' files are read as an engine reads them, and what they start is there to be started."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from celery.bin.celery import celery
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve

TOP = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"] == "lcep"}
DOCKERFILE = (TOP / "Dockerfile").read_text()
COMMAND = json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
# What their own images read, and what names a port of the machine.
THEIRS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "HTTP_PORT", "HTTPS_PORT"}


def settings_read() -> set[str]:
    """The names of the environment that the site reads."""
    sources = "".join((TOP / "lcep" / name).read_text() for name in ("settings.py", "web.py"))
    return set(re.findall(r"""(?:environ\.get|KEYS\.get|flag|number|words|token|address|one_of)\(\s*"(\w+)""", sources))


def started(service: dict) -> list[list[str]]:
    """The commands of a service, each as its words."""
    words = service.get("command", COMMAND)
    return [shlex.split(part) for part in words[2].split("&&")] if words[0] == "sh" else [words]


def test_all_parts_are_there_and_ours_may_do_little():
    assert set(SERVICES) == {"db", "redis", "prepare", "web", "worker", "beat", "proxy"}
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"] and "ports" not in service, name
    assert re.search(r"^USER \d+:\d+$", DOCKERFILE, re.MULTILINE), "not root"
    assert len(re.findall("^FROM", DOCKERFILE, re.MULTILINE)) == 2
    assert COMPOSE["networks"]["inside"]["internal"] and SERVICES["db"]["networks"] == ["inside"]


def test_each_process_that_stays_is_asked_how_it_is_and_keeps_its_own_notes():
    staying = {name: service for name, service in SERVICES.items() if service.get("restart") != "no"}
    assert all("healthcheck" in service for service in staying.values())
    notes = [mount for name in OURS - {"prepare"} for mount in SERVICES[name]["volumes"] if "/media" not in mount]
    assert sorted(notes) == [f"{name}-var:{settings_of_the_image('LCEP_VAR')}" for name in ("beat", "web", "worker")]
    assert {mount.partition(":")[0] for mount in notes} < set(COMPOSE["volumes"])


def settings_of_the_image(name: str) -> str:
    """What the image that runs sets, the last one that is built."""
    return re.search(rf"\b{name}=(\S+)", DOCKERFILE.rpartition("FROM")[2])[1]


def test_every_image_is_pinned():
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    images += [service["image"] for name, service in SERVICES.items() if name not in OURS]
    assert len(images) == 5
    for image in images:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]*bookworm", image), image


def test_every_setting_named_is_one_that_is_read():
    named = set(re.findall(r"\$\{(\w+)", (TOP / "docker-compose.yml").read_text()))
    named |= {name for service in SERVICES.values() for name in service.get("environment", {})}
    named |= set(re.findall(r"^([A-Z_]+)=…", (TOP / "docs" / "operations.md").read_text(), re.MULTILINE))
    assert named - THEIRS <= settings_read(), named - THEIRS - settings_read()


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_a_service_starts_exists_and_knows_its_options(name):
    for program, *words in started(SERVICES[name]):
        if program == "celery":
            assert words[:2] == ["-A", "lcep"]
            command = celery.commands[words[2]]
            parser = command.make_parser(click.Context(command))
            parser.parse_args(words[3:])
            with pytest.raises(click.NoSuchOption):
                parser.parse_args(["--no-such"])
        elif program == "python":
            assert words[0] == "manage.py"
            command = load_command_class(get_commands()[words[1]], words[1])
            command.create_parser("manage.py", words[1]).parse_args(words[2:])
        else:
            assert (program, words) == ("gunicorn", ["--config", "python:lcep.web"])


def test_the_web_process_accepts_its_configuration_in_a_plain_environment(tmp_path):
    """As in its container: nothing of this shell, a home that is not there, and only what .env must hold."""
    keys = {name: os.urandom(32).hex() for name in ("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY")}
    plain = {"PATH": os.defpath, "HOME": "/nonexistent", "LCEP_VAR": str(tmp_path), "SITE_URL": "https://a.example"}
    plain |= {"DATABASE_URL": f"sqlite:///{tmp_path}/none", "PYTHONDONTWRITEBYTECODE": "1", **keys}
    command = [sys.executable, "-m", *COMMAND, "--check-config"]
    ran = subprocess.run(command, cwd=TOP, env=plain, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_addresses_that_are_asked_for_health_are_there():
    asked = re.findall(r"https?://127\.0\.0\.1:\d+(/\w+)", json.dumps(COMPOSE))
    assert set(asked) == {"/healthz"} and resolve("/healthz")
    code = SERVICES["web"]["healthcheck"]["test"]
    compile(code[code.index("-c") + 1], "healthcheck", "exec")


def test_what_the_image_leaves_behind_is_not_needed_to_run():
    left = {line.strip("/*.") for line in (TOP / ".dockerignore").read_text().split()}
    assert {"tests", "var", "venv"} <= left | {"venv"}
    assert not {"lcep", "templates", "static", "manage.py", "requirements.txt"} & left
