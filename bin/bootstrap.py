"""Make the Python environment of the site, `.venv`, on whatever machine this is. Standard library only.

uv fills it, because it is ten times faster than pip. It is taken from the PATH, or fetched once into
`.boot` by the pip that is there, or by the pip that Python's own venv brings; where Debian has left both
out, root installs python3-venv and everybody else is told what to type. Everything fetched is checked
against the hashes of the requirements files. A stamp makes the second call nearly free.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (an older Python gets this far, and this one line)
    sys.exit(f"This site needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")

import configparser
import fcntl
import hashlib
import importlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BOOT = ROOT / ".boot"
PYTHON = VENV / "bin" / "python"


def start(requirements: str, *command: str) -> None:
    """Become this command of the environment's Python, run from the top of the project."""
    python = environment(requirements)
    if os.environ.get("LCEP_VAR"):  # a relative path was meant from where it was typed
        os.environ["LCEP_VAR"] = os.path.abspath(os.environ["LCEP_VAR"])
    # Who wants no bytecode beside the sources gets it elsewhere: without any, each process compiles Django anew.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(python, [str(python), *command])


def environment(requirements: str) -> Path:
    """Return the Python of an environment that has what this lock file names; make it where it does not."""
    if _is_fresh(requirements):
        return PYTHON
    with open(ROOT / requirements) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands may begin at the same moment
        if not _is_fresh(requirements):
            _fill(requirements)
    return PYTHON


def apt_install(*packages: str) -> bool:
    """Install Debian packages where we may, and say so. False: we may not, or it failed (its words are shown)."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {' '.join(packages)} with apt-get.", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = ["apt-get", "-q", *step]
        ran = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if ran.returncode:
            print(ran.stdout[-1000:], ran.stderr[-1000:], file=sys.stderr)
            return False
    return True


def _is_fresh(requirements: str) -> bool:
    try:
        return (VENV / f"{requirements}.stamp").read_text() == _mark(requirements)
    except OSError:
        return False


def _mark(requirements: str) -> str:
    """Name the lock file's content and the very Python behind the environment (a system upgrade replaces it)."""
    real = PYTHON.resolve(strict=True)
    return hashlib.sha256((ROOT / requirements).read_bytes() + str(real).encode()).hexdigest()


def _fill(requirements: str) -> None:
    uv = _uv_found()
    if not (uv or _has("pip") or _has("ensurepip") or (apt_install("python3-venv") and _has("ensurepip"))):
        sys.exit("Python's venv is missing. Type this once, then try again: sudo apt-get install python3-venv")
    print("Preparing the Python environment in .venv: once, about a minute.", flush=True)
    uv, settings = uv or _uv_fetched(), _uv_settings(os.environ)
    if not _works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)], settings)
    install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    _run([*install, "-r", str(ROOT / requirements)], settings)
    (VENV / f"{requirements}.stamp").write_text(_mark(requirements))


def _works(python: Path) -> bool:
    """Return whether this is the Python of an environment, and a young enough one."""
    ask = "import sys; sys.exit(sys.prefix == sys.base_prefix or sys.version_info < (3, 11))"
    return python.exists() and subprocess.run([python, "-c", ask], capture_output=True).returncode == 0


def _uv_found() -> str:
    """Return a uv that runs, or ''. A wrapper on the PATH may name one that is not there."""
    for uv in (shutil.which("uv"), str(BOOT / "bin" / "uv")):
        if uv and os.path.exists(uv) and subprocess.run([uv, "--version"], capture_output=True).returncode == 0:
            return uv
    return ""


def _uv_fetched() -> str:
    shutil.rmtree(BOOT, ignore_errors=True)
    if _has("ensurepip"):  # Debian's python3 has venv without it, and would leave half an environment
        _run([sys.executable, "-m", "venv", str(BOOT)], {})
        pip = [str(BOOT / "bin" / "python"), "-m", "pip", "install"]
    else:
        pip = [sys.executable, "-m", "pip", "install", "--target", str(BOOT)]
    locked = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(ROOT / "requirements-uv.txt")]
    _run([*pip, *locked], {"PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"})
    return str(BOOT / "bin" / "uv")


def _has(module: str) -> bool:
    importlib.invalidate_caches()
    return find_spec(module) is not None


def _uv_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what uv must be told: our Python only, and the package index that pip was given (uv does not look)."""
    pip = _pip_settings(environ)
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}
    for name, ours in names.items():
        if pip.get(name) and ours not in environ and "UV_INDEX_URL" not in environ:
            settings[ours] = " ".join(pip[name].split())
    if not os.access(os.path.expanduser("~"), os.W_OK) and "UV_CACHE_DIR" not in environ:
        settings["UV_CACHE_DIR"] = str(BOOT / "cache")
    return settings


def _pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return pip's settings, the later place winning: machine, user, environment."""
    home = Path(os.path.expanduser("~"))
    files = ["/etc/pip.conf", home / ".pip" / "pip.conf", home / ".config" / "pip" / "pip.conf"]
    found = configparser.RawConfigParser(strict=False)
    found.read([*files, *filter(None, [environ.get("PIP_CONFIG_FILE")])])
    settings = {}
    for section in ("global", "install"):
        settings |= dict(found[section]) if found.has_section(section) else {}
    return settings | {
        name[4:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("PIP_")
    }


def _run(command: list[str], settings: dict[str, str]) -> None:
    if subprocess.run(command, env=os.environ | settings, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"This did not work, see above: {' '.join(command)}")
