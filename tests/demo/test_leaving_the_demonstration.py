"""Whoever goes on without the demonstration begins with an empty database: what is invented stays behind."""

import runpy

import pytest
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection

from demo.models import Chapter
from lcep import invented


@pytest.fixture
def real(settings, db, monkeypatch):
    """A real site, on whatever database this is."""
    settings.DEMO = False
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own


@pytest.fixture
def told(db):
    Chapter.objects.create(name="people")


def the_worker_starts() -> None:
    """Tell what Celery tells when a worker begins; of all who listen, only the one that refuses."""
    for _, listens in worker_init.receivers:
        if (receiver := listens()) and receiver.__module__ == "lcep.celery":
            receiver()


def test_what_remembers_the_story_is_the_table_we_look_for():
    assert Chapter._meta.db_table == invented.TOLD


def test_a_real_site_refuses_the_web_the_worker_the_sender_and_every_migration(real, told):
    with pytest.raises(ImproperlyConfigured, match="holds the demonstration"):
        runpy.run_module("lcep.wsgi")
    with pytest.raises(SystemExit, match="holds the demonstration"):
        the_worker_starts()
    with pytest.raises(CommandError, match="begins with an empty one"):
        call_command("run_sender", until_empty=True)
    with pytest.raises(SystemCheckError, match=r"lcep\.E001"):
        call_command("check", databases=["default"])


def test_with_demo_it_opens_as_before(told, settings):
    assert settings.DEMO
    call_command("check", databases=["default"])
    assert invented.refusal() == ""


def test_an_empty_table_is_nobodys_story(real):
    invented.refuse()


def test_a_database_that_is_away_is_no_reason(real, monkeypatch):
    def away(*_):
        raise OperationalError("away")

    monkeypatch.setattr(connection.introspection, "table_names", away)
    invented.refuse()
