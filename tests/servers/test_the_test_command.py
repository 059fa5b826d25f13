"""`bin/test` counts what ran, leaves nothing out in silence, and says what it lacks."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.servers import __main__ as command
from tests.servers import plugin
from tests.servers.missing import Missing

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="test_one"/>
<testcase classname="tests.a" name="test_two">{two}</testcase>
<testcase classname="tests.a" name="test_three"><skipped message="elsewhere"/></testcase>
</testsuite></testsuites>"""


def ended(tmp_path: Path, name: str, report: str, code: int = 0) -> command.Pass:
    """A pass that is over, with this report."""
    one = command.Pass(name, "", {})
    one.report = tmp_path / f"{name}.xml"
    one.report.write_text(report)
    one.program = SimpleNamespace(process=SimpleNamespace(returncode=code))
    return one


def asked(monkeypatch, *arguments: str):
    monkeypatch.setattr(sys, "argv", ["bin/test", *arguments])
    return command._arguments()


def test_the_last_line_is_the_sum(tmp_path, monkeypatch, capsys):
    passes = [
        ended(tmp_path, "sqlite", REPORT.format(two="")),
        ended(tmp_path, "postgres", REPORT.format(two="<failure/>").replace("skipped", "system-out"), code=1),
    ]
    assert command._sum_up(asked(monkeypatch), passes, ["SQLite 3"], 12) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "4 passed, 1 failed"
    assert "Ran against SQLite 3, in 12 s." in said


def test_a_run_without_the_proxy_says_so(tmp_path, monkeypatch, capsys):
    one = ended(tmp_path, "postgres", REPORT.format(two="").replace("skipped", "system-out"))
    command._sum_up(asked(monkeypatch), [one], [], 1)
    assert "for want of nginx. Type: sudo apt-get install nginx" in capsys.readouterr().out
    one.env = {"LCEP_TEST_PROXY": "/usr/sbin/nginx"}
    command._sum_up(asked(monkeypatch), [one], [], 1)
    assert "nginx" not in capsys.readouterr().out


def test_what_is_skipped_everywhere_fails_a_full_run(tmp_path, monkeypatch, capsys):
    passes = [ended(tmp_path, name, REPORT.format(two="")) for name in ("sqlite", "postgres")]
    assert command._sum_up(asked(monkeypatch), passes, [], 1) == 1
    said = capsys.readouterr().out
    assert "Skipped everywhere: tests.a::test_three" in said
    assert said.endswith("4 passed, 1 failed\n")


@pytest.mark.parametrize("code", [2, 3, 4, 5, -9])
def test_a_pass_that_broke_off_fails(tmp_path, monkeypatch, capsys, code):
    whole = REPORT.format(two="").replace("skipped", "system-out")
    assert command._sum_up(asked(monkeypatch), [ended(tmp_path, "sqlite", whole, code)], [], 1) == 1
    assert "The pass sqlite broke off" in capsys.readouterr().out


def test_a_run_in_which_nothing_ran_fails(tmp_path, monkeypatch):
    nothing = ended(tmp_path, "sqlite", "<testsuites/>", code=5)
    assert command._sum_up(asked(monkeypatch, "--sqlite", "-k", "nothing"), [nothing], [], 1) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-browser"], "not in the browser"),
        (["--sqlite"], "not on PostgreSQL with Redis and Celery, not in the browser"),
        (["--postgres", "--browser"], "not on SQLite"),
        (["--browser"], "not on SQLite, not on PostgreSQL with Redis and Celery"),
        (["tests/members", "-k", "join"], "only tests/members -k join"),
        (["-m", "servers"], "only -m servers"),
    ],
)
def test_a_narrower_run_says_what_was_not_run(arguments, said, monkeypatch):
    narrowed = asked(monkeypatch, *arguments)
    assert not narrowed.is_full
    assert command._left_out(narrowed) == said


def test_without_arguments_everything_is_run(monkeypatch):
    full = asked(monkeypatch)
    assert (full.is_full, full.on_sqlite, full.on_postgres, full.in_browser) == (True, True, True, True)


def test_what_cannot_be_had_is_named_in_one_line_with_what_to_type(monkeypatch, capsys):
    for module in (command.postgres, command.redis):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    monkeypatch.setattr(command.chromium, "version", lambda: "")
    monkeypatch.setattr(command, "apt_install", lambda *packages: False)
    monkeypatch.setattr(sys, "argv", ["bin/test"])
    assert command.main() == 3
    said = capsys.readouterr().err
    assert said == (
        "Missing: PostgreSQL, Redis, Chromium. Type this once, then try again: "
        "sudo apt-get install postgresql redis-server chromium fonts-dejavu-core\n"
    )


def test_root_has_it_installed_at_once(monkeypatch):
    here, installed = set(), []
    monkeypatch.setattr(command.redis, "is_installed", lambda: "redis-server" in here)
    monkeypatch.setattr(command.chromium, "version", lambda: "156" if "chromium" in here else "")

    def install(*packages):
        installed.append(packages)
        here.update(packages)
        return True

    monkeypatch.setattr(command, "apt_install", install)
    command._install(asked(monkeypatch), {"DATABASE_URL": "postgres://elsewhere/x", "REDIS_URL": None})
    assert installed == [("redis-server", "chromium", "fonts-dejavu-core")]


def test_a_server_of_ones_own_that_is_away_is_no_reason_to_take_another(monkeypatch):
    monkeypatch.setattr(command.postgres, "version", lambda url: "18.4")
    with pytest.raises(Missing) as missing:
        command._version(command.redis, {"REDIS_URL": "redis://127.0.0.1:1/0"})
    assert "LCEP_TEST_REDIS_URL" in str(missing.value)


def test_it_runs_and_ends_with_one_plain_line():
    env = {name: value for name, value in os.environ.items() if not name.startswith("LCEP_")}
    narrow = [sys.executable, "-m", "tests.servers", "--sqlite", "tests/commands/test_lock_files.py"]
    ran = subprocess.run(narrow, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "6 passed, 0 failed"
    assert "6 passed in" in ran.stdout, "pytest's own closing line stays visible"
    assert "Not everything was run: not on PostgreSQL with Redis and Celery, not in the browser" in ran.stdout


def test_what_asks_for_no_database_runs_beside_one_only(request):
    assert not plugin._needs_the_database(request.node)


def test_what_asks_for_a_database_runs_beside_each(request, leeds):
    assert plugin._says_something_of_the_database(request.node)


@pytest.mark.once
def test_what_says_nothing_about_it_runs_beside_one_only(request, leeds):
    assert not plugin._says_something_of_the_database(request.node)
