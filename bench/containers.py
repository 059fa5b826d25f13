"""Whether the containers do what docker-compose.yml says, on a machine without an engine.

    python -m bench.containers ROOT

ROOT is the image, unpacked: `docker export $(docker create lcep) | tar -x -C ROOT`, or what `buildah mount` names.
As root, each service of ours starts from it read-only, as the image's user, without capabilities, with a folder of
its own for its volume, on a real PostgreSQL, a real Redis, and behind the real proxy; its command, its settings and
its health check are the ones of docker-compose.yml. What only an engine does is not shown: networks of their own,
limits, restarts.
"""

import contextlib
import json
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml

from tests.servers import postgres, redis
from tests.servers.program import Program, free_port
from tests.servers.proxy import Proxy, program

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
IMAGE = (ROOT / "Dockerfile").read_text().rpartition("FROM")[2]
USER = re.search(r"^USER (\d+):(\d+)$", IMAGE, re.MULTILINE)
BARE = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--clear-groups",
        f"--reuid={USER[1]}", f"--regid={USER[2]}"]  # fmt: skip


class Service:
    """One service of ours, as an engine would start it."""

    def __init__(self, name: str, image: pathlib.Path, folder: pathlib.Path, env: dict[str, str]) -> None:
        self.name, self.said = name, COMPOSE["services"][name]
        self.root, self.log = folder / name, folder / f"{name}.log"
        self.volume = folder / f"{name}-var"
        self.volume.mkdir()
        os.chown(self.volume, int(USER[1]), int(USER[2]))
        self.root.mkdir()
        var = self.root / "var/lib/lcep"
        mounts = [
            ["--bind", image, self.root],
            ["-o", "remount,ro,bind", self.root],
            ["-t", "proc", "proc", self.root / "proc"],
            ["--rbind", "/dev", self.root / "dev"],
            ["-t", "tmpfs", "tmpfs", self.root / "tmp"],
            ["--bind", self.volume, var],
        ]
        self.mounts = [" ".join(["mount", *map(str, mount)]) for mount in mounts]
        found = dict(re.findall(r"(\w+)=(\S+)", IMAGE.partition("ENV")[2].partition("WORKDIR")[0]))
        path = found["PATH"].replace("$PATH", "/usr/local/bin:/usr/bin:/bin")
        self.env = {**found, "PATH": path, "HOSTNAME": socket.gethostname(), **env}

    def inside(self, command: list[str]) -> list[str]:
        """The command line that runs this in a mount namespace of its own, so that nothing stays mounted."""
        become = f"exec chroot {self.root} {' '.join(BARE)} env -i --chdir=/srv/lcep"
        script = " && ".join([*self.mounts, f'{become} "$@"'])
        env = [f"{name}={value}" for name, value in self.env.items()]
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *env, *command]

    def start(self) -> Program:
        default = json.loads(re.search(r"^CMD (\[.*\])$", IMAGE, re.MULTILINE)[1])
        return Program(self.inside(self.said.get("command", default)), self.log)

    def is_healthy(self, running: Program) -> bool:
        """Ask as the engine would, with the file's own words."""
        kind, *words = self.said["healthcheck"]["test"]
        command = words if kind == "CMD" else ["sh", "-c", words[0].replace("$$", "$")]
        asked = subprocess.run(self.inside(command), capture_output=True, timeout=60)
        return running.is_running and asked.returncode == 0


def main(image: pathlib.Path) -> int:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lcep-bench-", dir="/tmp"))
    folder.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return walk(image, folder, stack)


def walk(image: pathlib.Path, folder: pathlib.Path, stack: contextlib.ExitStack) -> int:
    database, broker = postgres.start(folder / "pg"), redis.Redis(folder / "redis")
    stack.callback(database.stop)
    stack.callback(broker.stop)
    proxy = stack.enter_context(Proxy(program(folder / "nginx"), folder / "proxy", 8000))
    env = {
        "SITE_URL": proxy.url, "ALLOWED_HOSTS": "localhost,127.0.0.1", "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "DEFAULT_FROM_EMAIL": "hello@lcep.example.org", "DATABASE_URL": database.url, "REDIS_URL": broker.url,
        **COMPOSE["x-site"]["environment"],
        **{key: secrets.token_urlsafe(48) for key in ("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY")},
    } | {"DATABASE_URL": database.url, "REDIS_URL": broker.url}  # fmt: skip
    services = {name: Service(name, image, folder, env) for name in ("prepare", "web", "worker", "beat")}
    done = services["prepare"].start()
    code = done.process.wait(300)
    told("prepare ends with 0", code == 0, services["prepare"].log)
    read_only = services["web"].inside(["sh", "-c", "touch /srv/lcep/x || touch /x"])
    told("nothing but its folder can be written", subprocess.run(read_only, capture_output=True).returncode != 0)
    who = services["web"].inside(["sh", "-c", "id -u; grep CapBnd /proc/self/status"])
    said = subprocess.run(who, capture_output=True, text=True).stdout.split()
    told("an ordinary user without capabilities", said[0] == USER[1] and int(said[2], 16) == 0)
    running = {}
    for name in ("web", "worker", "beat"):
        running[name] = services[name].start()
        stack.callback(running[name].stop)
    for name, process in running.items():
        until = time.monotonic() + 300
        while not (well := services[name].is_healthy(process)) and process.is_running and time.monotonic() < until:
            time.sleep(5)
        told(f"{name} says that it is well", well, services[name].log)
    for path in ("/", "/london/", "/partnerships/"):
        seen = [urllib.request.urlopen(proxy.url + path, timeout=60) for _ in range(2)]
        told(f"{path} comes through the proxy, then from it", seen[1].headers["X-Cache"] == "HIT")
    for name, process in running.items():
        began = time.monotonic()
        code = process.stop(60)
        told(f"{name} ends when asked, in {time.monotonic() - began:.1f} s", code == 0, services[name].log)
    return 0 if all(answers) else 1


answers: list[bool] = []


def told(what: str, is_so: bool, log: pathlib.Path | None = None) -> None:
    answers.append(is_so)
    print(f"{'yes' if is_so else 'NO '}  {what}", flush=True)
    if not is_so and log:
        print(log.read_text()[-3000:])


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
