"""The environment is made in whichever way the machine allows, and only once."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SOURCE = Path(settings.BASE_DIR) / "bin" / "bootstrap.py"


class Machine:
    """A machine that has what it is said to have; `ran` are the programs that were started on it."""

    def __init__(self, top: Path, monkeypatch) -> None:
        spec = importlib.util.spec_from_file_location("bootstrap", SOURCE)
        self.bootstrap = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.bootstrap)
        self.top, self.ran, self.env = top, [], {}
        self.modules, self.uv, self.is_root = set(), "", False
        (top / "requirements.txt").write_text("django==5.2.19 --hash=sha256:0\n")
        for name, value in {"ROOT": top, "VENV": top / ".venv", "BOOT": top / ".boot"}.items():
            monkeypatch.setattr(self.bootstrap, name, value)
        monkeypatch.setattr(self.bootstrap, "PYTHON", top / ".venv" / "bin" / "python")
        monkeypatch.setattr(self.bootstrap, "_has", lambda module: module in self.modules)
        monkeypatch.setattr(self.bootstrap.subprocess, "run", self.run)
        monkeypatch.setattr(self.bootstrap.os, "geteuid", lambda: 0 if self.is_root else 1000)
        monkeypatch.setattr(self.bootstrap.shutil, "which", lambda name: {"uv": self.uv}.get(name, f"/usr/bin/{name}"))

    def run(self, command, env=None, **options):
        words = [str(word) for word in command]
        self.ran.append(" ".join(words).replace(f"{self.top}/", "").replace(sys.executable, "python3"))
        self.env = env or {}
        if "venv" in words:
            folder = Path(words[-1]) / "bin"
            folder.mkdir(parents=True)
            (folder / "python").symlink_to(sys.executable)
        if "install" in words and words[0] == "apt-get":
            self.modules.add("ensurepip")
        if words[0].endswith("python") and "requirements-uv.txt" in words[-1]:
            (self.top / ".boot" / "bin").mkdir(parents=True, exist_ok=True)
            (self.top / ".boot" / "bin" / "uv").touch()
        return subprocess.CompletedProcess(words, 0, "", "")

    def make(self) -> list[str]:
        self.bootstrap.environment("requirements.txt")
        return [words for words in self.ran if "--version" not in words and "-c import" not in words]


@pytest.fixture
def machine(tmp_path, monkeypatch):
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Machine(tmp_path, monkeypatch)


FILL = "uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.txt"


def test_uv_on_the_path_is_used(machine):
    machine.uv = str(SOURCE)  # any file that is there
    made = machine.make()
    assert made[0].endswith("venv --quiet --python python3 .venv")
    assert made[1].endswith(FILL.partition(" ")[2])
    assert machine.env["UV_PYTHON_DOWNLOADS"] == "never"


def test_without_uv_the_venv_of_python_fetches_it(machine):
    machine.modules = {"ensurepip", "pip"}
    assert machine.make() == [
        "python3 -m venv .boot",
        ".boot/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt",
        ".boot/bin/uv venv --quiet --python python3 .venv",
        f".boot/bin/{FILL}",
    ]


def test_with_only_pip_it_is_fetched_beside(machine):
    machine.modules = {"pip"}
    assert machine.make()[0] == (
        "python3 -m pip install --target .boot --quiet --disable-pip-version-check --require-hashes "
        "-r requirements-uv.txt"
    )


def test_root_installs_what_debian_left_out(machine):
    machine.is_root = True
    made = machine.make()
    assert made[:3] == [
        "apt-get -q update",
        "apt-get -q install -y --no-install-recommends python3-venv",
        "python3 -m venv .boot",
    ]


def test_everybody_else_is_told_what_to_type_in_one_line(machine, capsys):
    with pytest.raises(SystemExit) as ended:
        machine.make()
    assert str(ended.value).endswith("sudo apt-get install python3-venv")
    assert capsys.readouterr().out == ""


def test_the_second_time_nothing_is_started(machine):
    machine.modules = {"ensurepip"}
    machine.make()
    machine.ran.clear()
    assert machine.make() == []


def test_other_requirements_are_installed_into_what_is_there(machine):
    machine.modules = {"ensurepip"}
    machine.make()
    machine.ran.clear()
    (machine.top / "requirements.txt").write_text("django==5.2.20 --hash=sha256:1\n")
    assert machine.make() == [f".boot/bin/{FILL}"]


def test_an_environment_whose_python_is_gone_is_made_anew(machine):
    machine.modules = {"ensurepip"}
    machine.make()
    machine.ran.clear()
    python = machine.top / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert machine.make() == [".boot/bin/uv venv --quiet --python python3 .venv", f".boot/bin/{FILL}"]


def test_an_installation_that_failed_leaves_no_stamp(machine, monkeypatch):
    machine.modules = {"ensurepip"}
    fine = machine.run

    def fails(command, **options):
        ran = fine(command, **options)
        ran.returncode = int("requirements.txt" in str(command[-1]))
        return ran

    monkeypatch.setattr(machine.bootstrap.subprocess, "run", fails)
    with pytest.raises(SystemExit):
        machine.make()
    assert not (machine.top / ".venv" / "requirements.txt.stamp").exists()


def test_the_package_index_of_pip_is_passed_on(machine, tmp_path, monkeypatch):
    configured = tmp_path / "pip.conf"
    configured.write_text("[global]\nindex-url = https://mirror.example.org/simple\ncert = /etc/own.pem\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configured))
    settings = machine.bootstrap._uv_settings({"PIP_CONFIG_FILE": str(configured)})
    assert settings["UV_DEFAULT_INDEX"] == "https://mirror.example.org/simple"
    assert settings["SSL_CERT_FILE"] == "/etc/own.pem"
    named = {"PIP_CONFIG_FILE": str(configured), "PIP_INDEX_URL": "https://other.example.org/simple"}
    assert machine.bootstrap._uv_settings(named)["UV_DEFAULT_INDEX"] == "https://other.example.org/simple"
    assert "UV_DEFAULT_INDEX" not in machine.bootstrap._uv_settings({**named, "UV_DEFAULT_INDEX": "mine"})


def test_what_is_started_is_compiled_once_and_not_beside_the_sources(machine, monkeypatch):
    started = []
    machine.modules = {"ensurepip"}
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("LCEP_VAR", "data")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.chdir(machine.top)
    monkeypatch.setattr(machine.bootstrap.os, "execv", lambda program, words: started.append(dict(os.environ)))
    machine.bootstrap.start("requirements.txt", "manage.py", "demo")
    assert started[0]["PYTHONPYCACHEPREFIX"] == str(machine.top / ".venv" / "bytecode")
    assert "PYTHONDONTWRITEBYTECODE" not in started[0]
    assert started[0]["LCEP_VAR"] == str(machine.top / "data")


def test_it_is_small_and_needs_nothing_but_python():
    words = SOURCE.read_text()
    imported = {line.split()[1].partition(".")[0] for line in words.splitlines() if line.startswith(("import", "from"))}
    assert imported <= sys.stdlib_module_names
    assert len(words.splitlines()) < 165
