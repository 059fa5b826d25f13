"""What must be there before the demonstration can be served; each step costs little when it is done already."""

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from demo import story
from demo.guard import nobody_real


def database() -> None:
    """Bring the tables up to date. CommandError: real people are in them, and they are left alone."""
    for error in nobody_real(databases=["default"]):
        raise CommandError(str(error.msg))
    call_command("migrate", verbosity=0, interactive=False)


def directory() -> None:
    """Load the public facts."""
    call_command("seed", stdout=io.StringIO())


def demonstration() -> list[str]:
    """Load what is invented; return in sentences what there is to see."""
    return story.load()


def pages() -> None:
    """Collect style sheets, scripts and pictures, if one of them is not as it was."""
    mark = _mark_of_static_files()
    stamp = settings.STATIC_ROOT / "collected"
    if not stamp.exists() or stamp.read_text() != mark:
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(mark)


def _mark_of_static_files() -> str:
    mark = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            try:
                state = Path(storage.path(name)).stat()
                mark.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
            except NotImplementedError:  # a file that is made, not found
                with storage.open(name) as file:
                    mark.update(name.encode() + file.read())
    return mark.hexdigest()
