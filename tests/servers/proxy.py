"""The caching proxy of a real site, deploy/nginx.conf, by Debian's nginx: unpacked for the tests, never installed."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from tests.servers.program import Program, free_port

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
TYPE_THIS = "sudo apt-get install nginx"


def program(folder: Path) -> str:
    """Return the path of an nginx: the machine's own, or Debian's unpacked in `folder`; '' where neither can be."""
    if found := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    # Installed, it would start and take port 80.
    fetched = subprocess.run(["apt-get", "-q", "download", "nginx"], cwd=folder, capture_output=True, check=False)
    packages = list(folder.glob("nginx_*.deb"))
    if fetched.returncode or not packages:
        return ""
    subprocess.run(["dpkg-deb", "-x", packages[0], folder], check=True)
    unpacked = folder / "usr" / "sbin" / "nginx"
    starts = subprocess.run([unpacked, "-v"], capture_output=True, check=False).returncode == 0
    return str(unpacked) if starts else ""


def version(nginx: str) -> str:
    """Return what it says it is, such as 1.22.1."""
    said = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr
    return said.strip().rpartition("/")[2]


class Proxy:
    """nginx with the configuration of a real site, from `with` to the end of the block, in front of a port here."""

    def __init__(self, nginx: str, folder: Path, site: int) -> None:
        self.nginx, self.folder, self.port = nginx, folder, free_port()
        self.url = f"http://localhost:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "types").write_text("types { text/html html; text/css css; }")
        (folder / "nginx.conf").write_text(self._configuration(site))

    def __enter__(self) -> "Proxy":
        owner = "" if os.geteuid() else " user root;"  # else its workers are somebody who may not enter the folder
        command = [self.nginx, "-p", self.folder, "-c", self.folder / "nginx.conf", "-g", f"daemon off;{owner}"]
        self.program = Program(command, self.folder / "nginx.log").wait_until(self._answers)
        return self

    def __exit__(self, *failure: object) -> None:
        self.program.stop()

    @property
    def log(self) -> str:
        return (self.folder / "access.log").read_text()

    def _configuration(self, site: int) -> str:
        """The real one, with this machine's ports and folders; KeyError where it no longer says one of them."""
        text = CONFIGURATION.read_text()
        for said, here in {
            "pid /run/nginx.pid;": f"pid {self.folder}/nginx.pid;",
            "include mime.types;": f"include {self.folder}/types;",
            "/dev/stdout plain": f"{self.folder}/access.log plain",
            "/var/cache/nginx/": f"{self.folder}/",
            "server web:8000;": f"server 127.0.0.1:{site};",
            "listen 8080;": f"listen 127.0.0.1:{self.port};",
            "/etc/nginx/tls/": f"{self.folder}/tls/",
        }.items():
            if said not in text:
                raise KeyError(said)
            text = text.replace(said, here)
        return re.sub(r"(\w+_temp_path) /tmp/", rf"\1 {self.folder}/", text)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True
