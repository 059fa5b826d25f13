"""A town cut from paper, drawn from a slug: the same slug always gives the same picture."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Houses stand on y = 0 and are about 110 wide; things that fly are about 80 round their middle.
# No edge is quite straight: that is how scissors leave them. The second outline is a door or a window.
HOUSES = {
    "tower": ("M-44 0-47-138 40-144 46 0z", "M-18-60-20-104 14-106 16-61z"),
    "arch": ("M-58 0v-70c0-36 26-60 58-61s58 23 58 60l1 71z", "M-26 0v-44c0-16 11-27 26-27s27 10 27 26v45z"),
    "tent": ("M-64 0-3-128 62 0z", "M-24 0-1-52 23 0z"),
    "dome": ("M-68 0c1-42 29-70 67-70S66-41 68 0z", "M-30 0c1-19 13-32 30-32S29-19 30 0z"),
    "gables": ("m-66 0 4-76 31-40 29 38 33-41 29 40 6 79z", "m-16 0 2-46 27-2 3 48z"),
    "stairs": ("M-60 0-59-42-22-44-21-80 16-81 17-116 58-118 60 0z", "M22-30 22-62 44-64 44-31z"),
    "theatre": ("M-64 0v-64L0-112 64-62V0z", "M-22-34a22 22 0 1 1 44 1 22 22 0 0 1-44-1z"),
}
FLYING = {
    "sun": "M2-40c23-1 40 16 39 40S23 41-1 40-41 23-40-1-22-39 2-40z",
    "leaf": "M-38 38c-5-42 22-74 76-75 4 43-21 76-76 75z",
    "drop": "M-1-42c18 20 32 34 32 52a32 32 0 0 1-63-1c1-18 14-31 31-51z",
    "kite": "m0-44 34 40-32 46-36-44z",
    "cloud": "M-50 20c1-20 12-29 25-26 4-18 32-20 38-3 16-5 32 6 36 29z",
}
HILLS = (
    "M0 230v-26c90-34 170-34 260-8s190 24 290-6 190-26 290 4 200 30 360-10v46z",
    "M0 230v-10c120-46 230-46 350-14s220 22 330-8 200-26 300 0 140 18 220 4v28z",
    "M0 230v-34c140-22 210 18 330 20s190-40 310-38 180 40 290 38 170-30 270-22v36z",
)
PAINTS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11)
SKIES = (10, 5, 8, 2, 6, 3)
WIDTH, HEIGHT, GROUND = 1200, 220, 206


@dataclass(frozen=True)
class Piece:
    """One cut shape: its outline, the hue of its paint, and where it lies."""

    path: str
    hue: int
    place: str
    opening: str = ""


@dataclass(frozen=True)
class Collage:
    """A banner: a sky, what flies in it, houses, and the hill they stand behind."""

    sky: int
    pieces: list[Piece]
    hill: str
    hill_hue: int
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Frieze:
    """A corner of a town, without sky or hill: it stands on the edge of a painted ground."""

    pieces: list[Piece]
    width: int = 468
    height: int = 190


def hue(slug: str) -> int:
    """Return the hue of whatever goes by this slug, 1 to 11; 12 is for what has none of its own."""
    return 1 + next(_dice(f"hue of {slug}")) % 11


def collage(slug: str) -> Collage:
    """Build eleven houses from left to right under four flying things; neighbours differ in shape and paint."""
    draw = _dice(slug)
    sky, hill_hue = SKIES[next(draw) % len(SKIES)], (7, 9, 11, 12)[next(draw) % 4]
    pieces, kind, paint = [], "", 0
    for index in range(4):
        kind, paint = _other([*FLYING], kind, next(draw)), _other(PAINTS, paint, next(draw))
        x, y, turn = 150 + index * 300 + next(draw) % 121 - 60, 34 + next(draw) % 36, next(draw) % 41 - 20
        pieces.append(Piece(FLYING[kind], paint, f"translate({x} {y}) rotate({turn})"))
    pieces += _street(draw, 11, WIDTH, GROUND)
    return Collage(sky, pieces, HILLS[next(draw) % len(HILLS)], hill_hue)


def frieze(slug: str) -> Frieze:
    """Build four houses under one flying thing: other pieces than in the banner of the same slug."""
    draw = _dice(f"frieze of {slug}")
    kind, paint = _other([*FLYING], "", next(draw)), _other(PAINTS, hue(slug), next(draw))
    x, turn = 70 + next(draw) % 281, next(draw) % 41 - 20
    flying = Piece(FLYING[kind], paint, f"translate({x} 44) rotate({turn})")
    return Frieze([flying, *_street(draw, 4, Frieze.width - 48, Frieze.height)])


def _street(draw: Iterator[int], count: int, width: int, ground: int) -> list[Piece]:
    """Set houses side by side, every other one large."""
    pieces, kind, paint = [], "", 0
    for index in range(count):
        kind, paint = _other([*HOUSES], kind, next(draw)), _other(PAINTS, paint, next(draw))
        size = (95 + next(draw) % 45) / 100 if index % 2 else (70 + next(draw) % 30) / 100
        x = round((index + 0.5) * width / count) + next(draw) % 21 - 10
        outline, opening = HOUSES[kind]
        pieces.append(Piece(outline, paint, f"translate({x} {ground}) scale({size:g})", opening))
    return pieces


def _dice(slug: str) -> Iterator[int]:
    """Yield numbers that depend on nothing but the slug."""
    block = hashlib.sha256(slug.encode()).digest()
    while True:
        yield from block
        block = hashlib.sha256(block).digest()


def _other(choices: Sequence, last, number: int):
    """Pick one that is not the last."""
    left = [choice for choice in choices if choice != last]
    return left[number % len(left)]
