"""A number of a row that came from outside is one that every database holds, or none."""

import pytest

from lcep.numbers import row_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), (12, 12), ("9" * 18, 10**18 - 1), ("٣", 3),
        ("9" * 19, 0), ("9" * 5000, 0), ("-1", 0), ("1.0", 0), ("²", 0), (" 1", 0), ("", 0), (None, 0), ("x", 0),
    ],
)  # fmt: skip
def test_a_number_from_outside(text, number):
    assert row_number(text) == number
