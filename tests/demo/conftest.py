"""A Maildir to read from, as the local SMTP server leaves it."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def maildir(settings, tmp_path) -> Path:
    settings.LCEP_VAR = tmp_path
    for box in ("tmp", "new", "cur"):
        (tmp_path / "mail" / box).mkdir(parents=True)
    return tmp_path / "mail"


@pytest.fixture
def captured(maildir):
    """Return a function that keeps bytes as a mail and returns its name; later mails are newer."""
    count = 0

    def keep(source: bytes, *, box: str = "new", name: str = "") -> str:
        nonlocal count
        count += 1
        name = name or f"17000000{count:02}.100_{count}_abcd.lcep"
        path = maildir / box / name
        path.write_bytes(source)
        os.utime(path, (1_700_000_000 + count, 1_700_000_000 + count))
        return name

    return keep
