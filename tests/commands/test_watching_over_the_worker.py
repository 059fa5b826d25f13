"""Whoever serves the demonstration ends a worker that froze and holds up all saving."""

from types import SimpleNamespace

from django.db import OperationalError

from demo.management.commands import demo


def test_every_half_minute_somebody_looks_for_a_frozen_worker(monkeypatch):
    looks, now = [], [100.0]

    def looking():
        looks.append(now[0])
        raise OperationalError("locked")

    monkeypatch.setattr(demo, "free_database", looking)
    monkeypatch.setattr(demo.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(demo.connections, "close_all", lambda: None)
    watch = demo._frees_the_database(SimpleNamespace(start_again=lambda ended: None))
    for _ in range(70):
        now[0] += 1
        assert watch() is False, "it never ends the watch, whatever it finds"
    assert looks == [130.0, 160.0]


def test_what_was_ended_is_started_again(monkeypatch):
    again = []
    monkeypatch.setattr(demo, "free_database", lambda: [4711])
    monkeypatch.setattr(demo, "LOOK_EVERY", 0)
    monkeypatch.setattr(demo.connections, "close_all", lambda: None)
    demo._frees_the_database(SimpleNamespace(start_again=again.extend))()
    assert again == [4711]
