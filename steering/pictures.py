"""Seats and places as squares in a row. Every picture stands beside a table that says the same in numbers."""

from dataclasses import dataclass, field
from functools import cached_property

from steering.balance import Balance
from steering.quorum import Place, Quorum

SIDE, STEP = 32, 40  # of a square, and from one to the next, in the units of the drawing
TEXT, ROW = 30, 92  # from the top of a row to its squares, and to the next row
HUES = 12


@dataclass(frozen=True)
class Square:
    x: int
    y: int
    hue: int = 0  # 0: empty


@dataclass
class Row:
    text: str
    y: int
    squares: list[Square] = field(default_factory=list)


class Seats:
    """Three rows: who is there today, in half a year and in a year; empty squares are seats without anybody."""

    def __init__(self, balance: Balance) -> None:
        self.lines = [(number % HUES + 1, line) for number, line in enumerate(balance.lines)]
        self.columns, self.totals = balance.columns, balance.totals

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(number, label) for number, label in enumerate(self.columns)]

    @property
    def width(self) -> int:
        return max([8, *(len(row.squares) for row in self.rows)]) * STEP

    @property
    def height(self) -> int:
        return len(self.rows) * ROW

    def _row(self, number: int, label: str) -> Row:
        hues = [hue for hue, line in self.lines for _ in range(line.people[number])]
        hues += [0] * sum(max(0, line.seats - line.people[number]) for _, line in self.lines)
        count = self.totals.people[number]
        row = Row(f"{label}: {count} {'person' if count == 1 else 'people'}", number * ROW + 20)
        row.squares = [Square(place * STEP + 2, number * ROW + TEXT, hue) for place, hue in enumerate(hues)]
        return row


class Places:
    """One row: who comes, who has not said, who cannot; a line where the quorum is reached."""

    def __init__(self, quorum: Quorum) -> None:
        self.quorum = quorum
        self.places = sorted(quorum.places, key=_order)

    @property
    def squares(self) -> list[tuple[Square, str]]:
        """Each with "full", "open" or "none"."""
        return [(Square(n * STEP + 2, 12), _state(place)) for n, place in enumerate(self.places)]

    @property
    def mark(self) -> int | None:
        """Where the line of the quorum stands."""
        needed = self.quorum.rules.quorum
        return needed * STEP - 2 if 0 < needed <= len(self.places) else None

    @property
    def width(self) -> int:
        return max(8, len(self.places)) * STEP


def _state(place: Place) -> str:
    return "full" if place.is_filled else "open" if place.comes is None else "none"


def _order(place: Place) -> int:
    return ["full", "open", "none"].index(_state(place))
