"""A banner of shapes cut from paper, drawn from a slug: the same slug always gives the same picture."""

import hashlib
from dataclasses import dataclass

# Each about 100 units wide and high round its middle, its edges not quite straight, as scissors leave them.
SHAPES = {
    "disc": "M2-49c29-2 50 20 49 49S28 51-1 50-50 28-49-1-27-48 2-49z",
    "arch": "M-48 50-50-2c1-30 21-49 49-48s49 21 49 49l1 51-27 1-1-47c0-14-8-24-22-24s-22 10-22 25l1 45z",
    "half": "M-50 22c1-28 22-48 50-47s50 20 49 49z",
    "wave": "M-52 26c3-28 12-47 27-46s16 26 27 26S16-22 29-21s18 19 22 46z",
    "zigzag": "m-51 24 21-47 19 33L9-24l18 34 22-33 3 49z",
    "leaf": "M-47 47c-6-52 28-92 94-93 5 53-26 95-94 93z",
    "slab": "m-46-31 91-16 4 76-94 18z",
    "drop": "M-1-51c22 25 39 41 39 63a38 38 0 0 1-77-1c1-22 17-38 38-62z",
}
PAINTS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11)
GROUNDS = (5, 3, 2, 8, 10, 4)
WIDTH, HEIGHT = 1200, 200


@dataclass(frozen=True)
class Piece:
    """One cut shape: its outline, the hue of its paint, and where it lies."""

    path: str
    hue: int
    place: str


@dataclass(frozen=True)
class Collage:
    ground: int
    pieces: list[Piece]
    width: int = WIDTH
    height: int = HEIGHT


def collage(slug: str, count: int = 9) -> Collage:
    """Lay `count` pieces from left to right; neighbours differ in shape and paint."""
    draw = _dice(slug)
    ground = GROUNDS[next(draw) % len(GROUNDS)]
    names, pieces = list(SHAPES), []
    shape, hue = "", ground
    for index in range(count):
        shape = _other(names, shape, next(draw))
        hue = _other([paint for paint in PAINTS if paint != ground], hue, next(draw))
        size = (1.25 + next(draw) % 8 / 10) if index % 2 == 0 else (0.7 + next(draw) % 6 / 10)
        x = round((index + 0.5) * WIDTH / count + next(draw) % 31 - 15)
        y = round(HEIGHT * (0.3 + next(draw) % 50 / 100))
        turn = next(draw) % 24 * 15
        pieces.append(Piece(SHAPES[shape], hue, f"translate({x} {y}) rotate({turn}) scale({size:.2f})"))
    return Collage(ground, pieces)


def _dice(slug: str):
    """Yield numbers that depend on nothing but the slug."""
    block = hashlib.sha256(slug.encode()).digest()
    while True:
        yield from block
        block = hashlib.sha256(block).digest()


def _other(choices: list, last, number: int):
    """Pick one that is not the last."""
    left = [choice for choice in choices if choice != last]
    return left[number % len(left)]
