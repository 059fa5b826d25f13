"""A real Redis for one run of the tests: the machine's own redis-server, on a port of its own."""

import shutil
from pathlib import Path

import redis

from tests.servers.missing import Missing
from tests.servers.program import Program, free_port

TYPE_THIS = "sudo apt-get install redis-server"


class Redis:
    """A Redis on 127.0.0.1 that keeps nothing. It may be stopped and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Missing: there is no redis-server on the PATH."""
        server = shutil.which("redis-server")
        if not server:
            raise Missing("Redis", TYPE_THIS)
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
        self.program = Program([server, *words], self.folder / "redis.log")
        self.program.wait_until(self._answers)

    def stop(self) -> None:
        self.program.stop()

    def _answers(self) -> bool:
        try:
            version(self.url)
        except redis.RedisError:
            return False
        return True


def is_installed() -> bool:
    return bool(shutil.which("redis-server"))


def version(url: str) -> str:
    """Return what the server says it is, such as 7.0.15. RedisError: it does not answer."""
    with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as connection:
        return connection.info("server")["redis_version"]
