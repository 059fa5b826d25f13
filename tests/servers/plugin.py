"""Which tests run when, and against what: an early pytest plugin (pyproject.toml names it).

Tests marked `servers`, `browser` and `proxy` need what `bin/test` starts. In a plain `pytest` they are deselected,
and the last line counts them; asked for by name (`-m servers`) they run, and fail where something is missing.
Where LCEP_TEST_DATABASE_ONLY is set, what needs no database, or is marked `once` because it says nothing about the
database, is left to the pass that runs beside it.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest

PATIENCE = 150_000  # milliseconds
NEEDS = {"servers": "LCEP_TEST_SERVERS", "browser": "LCEP_TEST_BROWSER", "proxy": "LCEP_TEST_PROXY"}


def pytest_configure(config):
    os.makedirs(os.path.join(os.environ["LCEP_VAR"], "static"), exist_ok=True)  # else every client warns of it


def pytest_report_header(config):
    from django.conf import settings

    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"on {engine} with {'Redis' if settings.REDIS_URL else 'the embedded broker'}"


def pytest_collection_modifyitems(config, items):
    asked = config.option.markexpr
    without = [mark for mark, name in NEEDS.items() if not os.environ.get(name) and mark not in asked]
    kept = [item for item in items if not any(item.get_closest_marker(mark) for mark in without)]
    if os.environ.get("LCEP_TEST_DATABASE_ONLY"):
        kept = [item for item in kept if _says_something_of_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _says_something_of_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("servers"):
        return True
    return _needs_the_database(item) and not item.get_closest_marker("once")


def _needs_the_database(item: pytest.Item) -> bool:
    """A test that asks for no database gives the same answer beside any."""
    in_class = getattr(getattr(item, "cls", None), "databases", None)
    return bool(in_class or item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames))


@pytest.fixture(scope="session")
def browser():
    """A real Chromium, for all tests of the run. It waits long: a machine may stand still for half a minute."""
    from playwright.sync_api import expect, sync_playwright

    from tests.servers import chromium

    program = chromium.path()
    assert program, f"There is no Chromium on this machine. Type: {chromium.TYPE_THIS}"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=chromium.QUIET)
        started.new_context = _patient(started.new_context)
        expect.set_options(timeout=PATIENCE)
        yield started
        started.close()


def _patient(new_context: Callable[..., Any]) -> Callable[..., Any]:
    """Let what is opened wait for longer than the usual half a minute before it gives up."""

    def opened(**options: Any) -> Any:
        context = new_context(**options)
        context.set_default_timeout(PATIENCE)
        return context

    return opened
