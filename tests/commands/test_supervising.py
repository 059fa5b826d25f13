"""All of them, or none: the supervisor with small children."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from demo import supervisor
from demo.supervisor import Supervisor

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]


def is_alive(number: int) -> bool:
    try:
        with open(f"/proc/{number}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_child_that_ends_is_named_with_its_last_words(tmp_path):
    with Supervisor(tmp_path) as house:
        house.start("sleeper", SLEEPS, os.environ)
        house.start("quitter", [sys.executable, "-c", "print('No paper left'); raise SystemExit(3)"], os.environ)
        sleeper = house.children[0].process
        reason = house.run(seconds=120)
    assert "No paper left" in reason
    assert "quitter ended with code 3, so everything was stopped." in reason
    assert sleeper.returncode == -signal.SIGTERM


def test_the_child_that_was_ended_on_purpose_is_started_again_and_the_others_stay(tmp_path, capsys):
    with Supervisor(tmp_path) as house:
        for name in ("web", "worker"):
            house.start(name, SLEEPS, os.environ)
        web, worker = (child.process.pid for child in house.children)
        os.kill(worker, signal.SIGKILL)
        looks = iter([lambda: house.start_again([worker]), lambda: True])
        assert house.run(until=lambda: next(looks)(), seconds=120) == ""
        now = [child.process.pid for child in house.children]
        assert now[0] == web and now[1] != worker and is_alive(now[1])
        assert not is_alive(worker)
    assert not is_alive(now[1])
    assert capsys.readouterr().err == "worker was frozen; it was ended and started again.\n"


def test_a_signal_is_a_reason_to_stop_and_no_more(tmp_path):
    with Supervisor(tmp_path) as house:
        house.start("sleeper", SLEEPS, os.environ)
        os.kill(os.getpid(), signal.SIGTERM)
        assert house.run(seconds=120) == "asked"
        sleeper = house.children[0].process
    assert sleeper.returncode == -signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_who_does_not_stop_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    with Supervisor(tmp_path) as house:
        house.start("stubborn", STUBBORN, os.environ)
        assert house.run(until=lambda: "ready" in house.children[0].last_lines(), seconds=120) == ""
        stubborn = house.children[0].process
    assert stubborn.returncode == -signal.SIGKILL


def test_what_a_child_has_started_ends_with_it(tmp_path):
    starts_another = "import subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True)"
    with Supervisor(tmp_path) as house:
        house.start("parent", [sys.executable, "-c", starts_another, *SLEEPS], os.environ)
        assert "parent ended with code 0" in house.run(seconds=120)
        left_behind = int(house.children[0].log.read_text())
    deadline = time.monotonic() + 40
    while is_alive(left_behind) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(left_behind)


def test_errors_are_repeated_once_and_the_rest_is_not(tmp_path, capsys):
    says = "print('2026-01-01 INFO all is well'); print('2026-01-01 ERROR the roof leaks', flush=True)"
    with Supervisor(tmp_path) as house:
        house.start("roofer", [sys.executable, "-c", f"{says}; import time; time.sleep(1)"], os.environ)
        house.run(seconds=120)
    assert capsys.readouterr().err == "roofer: 2026-01-01 ERROR the roof leaks\n"


def test_the_log_before_is_kept(tmp_path):
    for words in ("first", "second"):
        with Supervisor(tmp_path) as house:
            house.start("talker", [sys.executable, "-c", f"print('{words}')"], os.environ)
            house.run(seconds=120)
    assert [(tmp_path / name).read_text() for name in ("talker.log.1", "talker.log")] == ["first\n", "second\n"]


@pytest.mark.parametrize("late", [False, True])
def test_a_child_ends_with_its_parent_even_if_it_was_told_too_late(tmp_path, late):
    """`late`: the parent is gone before the kernel is told, so nothing would ever come."""
    child = textwrap.dedent("""
        import os, sys, time
        from demo.supervisor import end_with_parent
        parent = os.getppid()
        print(os.getpid(), flush=True)
        if sys.argv[1] == "True":
            while os.getppid() == parent:
                time.sleep(0.01)
        end_with_parent(parent)
        time.sleep(60)
    """)
    parent = "import subprocess, sys, time; subprocess.Popen([sys.executable, *sys.argv[1:]]); time.sleep(0.5)"
    command = [sys.executable, "-c", parent, "-c", child, str(late)]
    said = subprocess.run(command, stdout=(out := (tmp_path / "out").open("w+")), timeout=120)
    assert said.returncode == 0
    deadline = time.monotonic() + 60
    while not (tmp_path / "out").read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    number = int((tmp_path / "out").read_text())
    while is_alive(number) and time.monotonic() < deadline:
        time.sleep(0.02)
    out.close()
    assert not is_alive(number)
