"""Caps are rows: they hold across processes and when the cache is flushed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from trust.models import Cap

HOUR = timedelta(hours=1)


def test_a_cap_lets_through_its_limit_and_no_more(db):
    assert [Cap.take("test", "a", 3, HOUR) for _ in range(5)] == [True, True, True, False, False]


def test_another_key_has_a_cap_of_its_own(db):
    Cap.take("test", "a", 1, HOUR)
    assert Cap.take("test", "b", 1, HOUR)


def test_the_next_window_begins_anew(db):
    with time_machine.travel("2026-11-21 10:10", tick=False):
        assert Cap.take("test", "a", 1, HOUR) and not Cap.take("test", "a", 1, HOUR)
    with time_machine.travel("2026-11-21 11:10", tick=False):
        assert Cap.take("test", "a", 1, HOUR)


def test_flushing_the_cache_changes_nothing(db):
    Cap.take("test", "a", 1, HOUR)
    cache.clear()
    assert not Cap.take("test", "a", 1, HOUR)


@pytest.mark.django_db(transaction=True)
def test_parallel_takers_never_exceed_the_limit():
    def take(_):
        try:
            return Cap.take("test", "race", 5, HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(40))) == 5
