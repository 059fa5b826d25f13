"""The groups that public sources describe, loaded from a data file."""

from pathlib import Path

from partnerships.seeding import load
from pods.models import Group


def seed() -> list[str]:
    """Load the groups after the directory they belong to. Say in sentences what changed."""
    return load(Path(__file__).parent / "data", {"groups": Group})
