"""How it reads: neither too short nor too long, without shouting, promising nothing that is not there."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletters import emails
from newsletters.check.finding import Finding, field_of, named

if TYPE_CHECKING:
    from newsletters.check import Check

FEW, MANY = 20, 2500  # words in all; 2,500 take a quarter of an hour
LONG_PARAGRAPH = 130  # words
SHOUTED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,}){3,}\b")
ATTACHED = re.compile(r"\b(?:attached|attachment|find enclosed|see enclosed)\b", re.I)


def length(check: "Check") -> Iterator[Finding]:
    words = sum(len(text.split()) for _, text in _texts(check))
    if check.says_something and words < FEW:
        yield Finding(f"It has {words} words. Is that all?", "#id_opening")
    elif words > MANY:
        minutes = round(words / 200)
        yield Finding(f"It has {words:,} words, about {minutes} minutes to read. Few will.", "#id_opening")


def long_paragraphs(check: "Check") -> Iterator[Finding]:
    for part, text in _texts(check):
        longest = max((len(block.split()) for block in text.split("\n\n") if not block.startswith("- ")), default=0)
        if longest > LONG_PARAGRAPH:
            yield Finding(f"{_name(check, part)}: a paragraph of {longest} words. Break it up.", field_of(part))


def shouting(check: "Check") -> Iterator[Finding]:
    for part, text in _texts(check):
        if found := SHOUTED.search(text):
            yield Finding(
                f"{_name(check, part)}: “{found.group()[:40]}” is in capitals, and reads as shouting.", field_of(part)
            )
        if text.count("!!"):
            yield Finding(
                f"{_name(check, part)}: two exclamation marks in a row look like advertising.", field_of(part)
            )


def attached(check: "Check") -> Iterator[Finding]:
    for part, text in _texts(check):
        if found := ATTACHED.search(text):
            yield Finding(
                f"{_name(check, part)}: “{found.group()}”, but nothing travels with a newsletter. Link to it instead.",
                field_of(part),
            )


CHECKS = (length, long_paragraphs, shouting, attached)


def _texts(check: "Check") -> list[tuple[int, str]]:
    """The words of each section as the text part has them, the opening words as 0."""
    return [(0, emails.opening(check.newsletter).text), *((piece.number, piece.text) for piece in check.pieces)]


def _name(check: "Check", part: int) -> str:
    return named(part, check.headings.get(part, ""))
