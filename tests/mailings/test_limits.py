"""No window of any position sees more than the limit, and most of the limit is used."""

import math
import random

import pytest

from mailings.limits import Allowance


def simulated(limit: int, seconds: float, *, stalls: bool, seed: int) -> list[float]:
    """Hand over as the cycle does, with results late and in bunches; return when mails were on the wire."""
    chance = random.Random(seed)
    now, used, in_hand, wire = 1000.0, {}, [], []
    while now < 1000.0 + seconds:
        allowance = Allowance({"per_second": limit}, 0, {"per_second": used}, now)
        done = [leaves for leaves in in_hand if leaves <= now]
        in_hand = [leaves for leaves in in_hand if leaves > now]
        allowance.count(len(done))
        used = allowance.used["per_second"]
        for _ in range(allowance.left(len(in_hand), marketing=False)):
            leaves = now + chance.uniform(0, 0.05)
            in_hand.append(leaves)
            wire.append(leaves)
        now += chance.uniform(0.4, 1.5) if stalls and chance.random() < 0.05 else chance.uniform(0.01, 0.04)
    return sorted(wire)


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("stalls", [False, True])
def test_a_limit_per_second_holds_in_any_window(limit, stalls):
    wire = simulated(limit, 60, stalls=stalls, seed=limit)
    begins = enumerate(wire)
    worst = max(sum(begin <= at < begin + 1 for at in wire[first : first + limit + 2]) for first, begin in begins)
    assert worst <= limit
    if not stalls:
        assert len(wire) >= 0.9 * limit * 60, "and nine tenths of it are used"


def test_a_tenth_is_kept_for_service_mail():
    allowance = Allowance({"per_hour": 100}, 10, {}, 0.0)
    assert (allowance.left(0, marketing=True), allowance.left(0, marketing=False)) == (90, 100)
    assert (allowance.left(95, marketing=True), allowance.left(95, marketing=False)) == (0, 5)


def test_the_tightest_window_decides():
    allowance = Allowance({"per_second": 10, "per_day": 300, "per_hour": None}, 0, {"per_day": {"0": 295}}, 10.0)
    assert allowance.left(0, marketing=False) == 5


def test_it_says_when_the_oldest_results_are_forgotten():
    allowance = Allowance({"per_second": 10, "per_hour": 100}, 10, {"per_second": {"200": 4, "205": 5}}, 10.3)
    assert allowance.frees_in() == pytest.approx(0.75), "slot 200 is over at 10.05, and counts until 11.05"
    assert Allowance({"per_second": 10}, 10, {"per_second": {"200": 8}}, 10.3).frees_in() == 0
    assert Allowance({"per_second": 1}, 10, {}, 10.3).frees_in() == math.inf


def test_without_a_limit_there_is_nothing_to_ask():
    assert not Allowance({"per_second": None}, 10, {}, 0.0)


def test_old_slots_are_forgotten():
    used = {"per_second": {"0": 5, "979": 1, "980": 2, "1000": 3}}
    allowance = Allowance({"per_second": 10}, 0, used, 50.0)
    assert allowance.used == {"per_second": {"980": 2, "1000": 3}}
