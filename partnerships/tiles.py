"""The tile map of a region: one tile for each of its areas, placed as a person would draw them from memory."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from partnerships.answers import NUMBERS, in_a_sentence, joined
from partnerships.directory import Directory
from partnerships.models import Partnership, Place, Region

WIDTH, HEIGHT, GAP = 124, 84, 6  # of a tile, in the units of the drawing
LINE = 11  # letters that fit beside each other on a tile
# The row under which a river runs, and what it is called.
RIVERS = {"london": (4, "River Thames")}
RIVER = 34


@dataclass(frozen=True)
class Tile:
    """One area: its words, the number printed on it, and where it leads (nowhere, when nothing is listed)."""

    place: Place
    partnerships: list[Partnership]
    left: int
    top: int
    short: str

    @property
    def count(self) -> int:
        return len(self.partnerships)

    @property
    def step(self) -> int:
        """How dark it is drawn: 0, 1, or 2 for several. The number says the same."""
        return min(self.count, 2)

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """The name in at most two lines, each with its height on the drawing."""
        words = self.place.name.split()
        first = words.pop(0)
        while words and len(f"{first} {words[0]}") <= LINE:
            first = f"{first} {words.pop(0)}"
        rows = [first, " ".join(words)] if words else [first]
        return [(self.top + (26 if len(rows) == 2 else 34) + 17 * number, row) for number, row in enumerate(rows)]

    @property
    def href(self) -> str:
        """Its partnership, or the directory narrowed to the area where it has several."""
        if self.count == 1:
            return self.partnerships[0].get_absolute_url()
        return f"{reverse('partnerships:directory')}?place={self.place.slug}" if self.count else ""

    @property
    def label(self) -> str:
        """The tile in words, as it is read out."""
        number = NUMBERS[self.count] if self.count < len(NUMBERS) else str(self.count)
        names = joined([in_a_sentence(each) for each in self.partnerships])
        return f"{self.place.name}: {number} partnership{'s' if self.count > 1 else ''}, {names}"

    @property
    def middle(self) -> int:
        return self.left + (WIDTH - GAP) // 2


class TileMap:
    """The tiles of one region in the order of their names, and the size of the drawing."""

    def __init__(self, region: Region, directory: Directory) -> None:
        placed = [p for p in directory.places.values() if p.region_id == region.pk and p.tile_column]
        self.river_row, self.river = RIVERS.get(region.slug, (0, ""))
        self.width = max((place.tile_column or 0 for place in placed), default=0) * WIDTH
        self.height = self._top(max((place.tile_row or 0 for place in placed), default=0) + 1)
        length = shortest([place.name for place in placed])
        self.tiles = [
            Tile(
                place,
                directory.covering(place),
                ((place.tile_column or 1) - 1) * WIDTH + GAP // 2,
                self._top(place.tile_row or 1) + GAP // 2,
                place.name[:length],
            )
            for place in sorted(placed, key=lambda place: place.name)
        ]

    def __bool__(self) -> bool:
        return bool(self.tiles)

    @property
    def river_line(self) -> str:
        """The river as a path from the left edge to the right."""
        if not self.river:
            return ""
        y = self._top(self.river_row) + HEIGHT + RIVER // 2
        bends = " ".join(
            f"q{WIDTH // 4} {-8 if bend % 2 else 8} {WIDTH // 2} 0" for bend in range(self.width // WIDTH * 2)
        )
        return f"M0 {y}{bends}"

    def _top(self, row: int) -> int:
        return (row - 1) * HEIGHT + (RIVER if self.river and row > self.river_row else 0)


def shortest(names: list[str]) -> int:
    """Return how many first letters tell these names apart: what a telephone has room for. At least three."""
    length = 3
    while len({name[:length] for name in names}) < len(set(names)):
        length += 1
    return length
