"""Small numbers: which cells of a table are left out so that nobody is counted out of it.

A count of people from 1 to 4 is left out. Where a total is known, one cell left out alone can be worked out, and so
can several that add up to as many as they are: more are left out, the smallest first, until what is hidden together
is at least 5 and leaves every cell more than one possible value. Where even that does not help, the table keeps its
total alone. The rule is the one of statistical disclosure control: primary and complementary suppression.
"""

FEW = 5


class _Everything(frozenset):
    """Every place there is: the table is not shown at all, because which cells hold anybody would tell all."""

    def __contains__(self, place: object) -> bool:
        return True


EVERYTHING = _Everything()


def hidden(counts: list[int]) -> set[int] | frozenset[int]:
    """Return the places of the cells that are left out of a table whose total is shown; or EVERYTHING."""
    out = {place for place, count in enumerate(counts) if 0 < count < FEW}
    if not out:
        return out
    others = sorted((count, place) for place, count in enumerate(counts) if count >= FEW)
    while not _is_safe([counts[place] for place in out]):
        if not others:
            return EVERYTHING
        out.add(others.pop(0)[1])
    return out


def _is_safe(cells: list[int]) -> bool:
    """Whether the hidden cells, of which only their sum is known, and that each is 1 or more, stay unknown."""
    return len(cells) > 1 and sum(cells) >= FEW and sum(cells) > len(cells)


def shown(count: int) -> int | None:
    """A count of people that stands alone; None where it is too small to be told."""
    return None if 0 < count < FEW else count
