"""One thing to look at before a newsletter goes out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """In a sentence, where, and whether it bars the way.

    `href` is a field of the page of words ("#id_subject"), a screen of the newsletter ("who"), or an address.
    """

    sentence: str
    href: str = ""
    bars: bool = False


def named(number: int, heading: str) -> str:
    """Return how a section (its place from 1) is called in a finding; 0 are the opening words."""
    if not number:
        return "Opening words"
    return f"Section {number}, “{heading}”" if heading else f"Section {number}"


def field_of(number: int) -> str:
    """Return the place of a section on the page of words."""
    return f"#part-{number}" if number else "#id_opening"
