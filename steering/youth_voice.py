"""The register of what young people said: who may write in it, and how many may be shown as what."""

from typing import Any

from partnerships.models import Partnership
from steering.models import YouthVoice
from steering.plan_doors import works_on_it

FEW = 5  # fewer are shown as "a few": a club, an age and a number of two can be somebody


def writes(member: Any, partnership: Partnership) -> bool:
    """Whether a member writes down what young people said: round the table, leading a group, the manager."""
    return works_on_it(member, partnership)


def how_many(voice: YouthVoice) -> str:
    """How many young people, as everybody may read it."""
    return f"{voice.headcount} young people" if voice.headcount >= FEW else "A few young people"
