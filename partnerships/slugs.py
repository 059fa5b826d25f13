"""An address of its own for a new row."""

from collections.abc import Iterable

from django.utils.text import slugify


def free_slug(name: str, taken: Iterable[str], otherwise: str, longest: int = 50) -> str:
    """Return a slug made from a name that is not among `taken`; a name with no plain letters gives `otherwise`."""
    base = slugify(name)[: longest - 4].strip("-") or otherwise
    gone, number = set(taken), 1
    while (slug := base if number == 1 else f"{base}-{number}") in gone:
        number += 1
    return slug
