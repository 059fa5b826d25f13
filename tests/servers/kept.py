"""The tables of the tests on SQLite, kept until a migration changes: making them is most of a short run."""

import hashlib
import os
import sqlite3
from importlib.metadata import distributions
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def kept_tables(request) -> Path | None:
    """Return where the made tables are kept, or are to be; None on another database, or with pytest's cache off."""
    from django.conf import settings

    if "sqlite" not in settings.DATABASES["default"]["ENGINE"] or not hasattr(request.config, "cache"):
        return None
    return request.config.cache.mkdir("tables") / f"{_fingerprint()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, kept_tables) -> bool:
    return django_db_keepdb or bool(kept_tables and kept_tables.exists())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, kept_tables) -> None:
    if kept_tables and kept_tables.exists():
        _copy(kept_tables, _test_database())


@pytest.fixture(scope="session")
def django_db_setup(kept_tables, django_db_setup) -> None:
    if kept_tables and not kept_tables.exists():
        for older in kept_tables.parent.iterdir():
            older.unlink()
        _copy(_test_database(), kept_tables)


@pytest.fixture(scope="session")
def furnished(kept_tables, django_db_setup):
    """Return what gives a folder for a site the made tables, before the site starts there; elsewhere it makes them."""

    def furnish(folder: Path) -> Path:
        if kept_tables:
            _copy(kept_tables, folder / "lcep.sqlite3")
        return folder

    return furnish


def _test_database() -> Path:
    from django.conf import settings

    return Path(settings.DATABASES["default"]["TEST"]["NAME"])


def _fingerprint() -> str:
    """Name all that decides what the tables are: the migrations, ours and others', triggers, and what reads them."""
    from django.apps import apps

    found = hashlib.sha256(str(sorted((each.name, each.version) for each in distributions())).encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).glob("**/*.py")):
            text = path.read_bytes()
            if path.parent.name == "migrations" or b"CREATE TRIGGER" in text or b"Ledger(" in text:
                found.update(text)
    return found.hexdigest()[:32]


def _copy(there: Path, here: Path) -> None:
    """Copy a database whole, whatever is in its journal, so that nobody ever sees half of it."""
    half = here.with_name(f"{here.name}.{os.getpid()}")
    with sqlite3.connect(there) as source, sqlite3.connect(half) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    half.replace(here)
