"""The message as bytes: its weight, and what the linter of the sending engine finds as a stranger would."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailings import linter
from newsletters.check.finding import Finding

if TYPE_CHECKING:
    from newsletters.check import Check

HEAVY = 100_000  # bytes of HTML; a widespread mail program cuts what comes after 102 kB
SAID_BY_US = ("The mail is long", "A picture has no description")  # by checks that know where


def too_long(check: "Check") -> Iterator[Finding]:
    size = len(check.built.html.encode())
    if size > HEAVY:
        yield Finding(
            f"It is too long: {size // 1000} kB. Mail programs cut off what comes after 100 kB.", "words", bars=True
        )


def as_it_leaves(check: "Check") -> Iterator[Finding]:
    for flaw in linter.flaws(check.built.raw, marketing=True):
        if not flaw.sentence.startswith(SAID_BY_US):
            yield Finding(flaw.sentence, "preview", bars=flaw.bars)


CHECKS = (too_long, as_it_leaves)
