"""Nobody is counted out of a table: every hidden cell could be more than one number, whatever one works out."""

from itertools import product

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from steering.evidence_counts import EVERYTHING, FEW, hidden, shown

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
tables = st.lists(st.integers(min_value=0, max_value=12), min_size=1, max_size=7)


@unhurried
@given(tables)
@example([1, 9])
@example([1, 1, 9])
@example([1, 1, 1, 1, 1])
@example([2, 0, 0])
@example([4, 1, 20, 7])
def test_no_hidden_cell_can_be_worked_out_from_the_total(counts):
    out = hidden(counts)
    if out is EVERYTHING:
        return  # nothing but the total is shown
    assert all(place in out for place, count in enumerate(counts) if 0 < count < FEW)
    assert all(counts[place] for place in out)  # a zero says nothing about anybody
    if not out:
        return
    rest = sum(counts) - sum(count for place, count in enumerate(counts) if place not in out)
    found = [set() for _ in out]
    for cells in product(range(1, rest + 1), repeat=len(out)) if len(out) < 5 else []:
        if sum(cells) == rest:
            for place, cell in enumerate(cells):
                found[place].add(cell)
    assert len(out) >= 5 or all(len(values) > 1 for values in found)
    assert rest >= FEW


@unhurried
@given(tables)
def test_no_more_is_hidden_than_one_larger_cell_where_that_is_enough(counts):
    out = hidden(counts)
    small = [count for count in counts if 0 < count < FEW]
    large = [count for count in counts if count >= FEW]
    if small and large and out is not EVERYTHING:
        assert len(out) <= len(small) + 1


def test_a_count_that_stands_alone():
    assert [shown(count) for count in (0, 1, 4, 5)] == [0, None, None, 5]
