"""The sentence that answers "Where do you live, work or teach?"."""

import re
from dataclasses import dataclass, field

from partnerships.directory import Directory
from partnerships.models import Partnership, Place, Region
from partnerships.spelling import EXACT, bare, closeness

# A whole postcode or its first half: E8, LS1 3AB. Nothing here knows postcodes, so the council is asked for.
POSTCODE = re.compile(r"^\s*[A-Za-z]{1,2}\d[A-Za-z\d]?\s*(\d[A-Za-z]{2})?\s*$")
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WITH_ARTICLE = {"Partnership", "Alliance", "Forum", "Network", "LCEP", "CEP"}


@dataclass(frozen=True)
class Answer:
    """What a typed place means. `choices` are places to choose from; `asks_council` when it means none."""

    sentence: str
    place: Place | None = None
    region: Region | None = None
    partnerships: list[Partnership] = field(default_factory=list)
    choices: list[Place] = field(default_factory=list)
    asks_council: bool = False


def answer(typed: str, directory: Directory) -> Answer:
    """Answer in a sentence who covers the typed place; every way it can go has its own words."""
    if POSTCODE.match(typed):
        return Answer("We search by council. Which council is it?", asks_council=True)
    text = bare(typed)
    for region in directory.regions:
        if closeness(text, bare(region.name)) == EXACT and not _is_a_place(text, directory):
            return _of_region(region, directory)
    places = directory.meant_places(typed)
    if len(places) == 1:
        return _of_place(places[0], directory)
    if places:
        return Answer("More than one place goes by that name. Which one is it?", choices=places[:12])
    if named := directory.meant_partnerships(typed):
        sentence = _covers(named[0]) if len(named) == 1 else "These partnerships go by a name like that."
        return Answer(sentence, partnerships=named[:6])
    return Answer("We search by council. Which council is it?", asks_council=True)


def _is_a_place(text: str, directory: Directory) -> bool:
    return any(closeness(text, bare(place.name)) == EXACT for place in directory.places.values())


def _of_region(region: Region, directory: Directory) -> Answer:
    count = sum(each.region_id == region.pk for each in directory.partnerships)
    partnerships = "partnership" if count == 1 else "partnerships"
    sentence = (
        f"{count} {partnerships} of {region.name} are listed here, most of them for one borough. Which borough is it?"
    )
    return Answer(sentence, region=region)


def _of_place(place: Place, directory: Directory) -> Answer:
    found = directory.covering(place)
    line = directory.lineage(place)
    where = place.name
    if not found:
        return Answer(f"No partnership is listed here for {where} yet.", place=place)
    covered = {area.pk for each in found for area in each.places.all()}
    of = next((part for part in line if part.pk in covered), place)
    subject = where if of == place else f"{where} is part of {of.name}, which"
    own = [each for each in found if len(each.places.all()) == 1]
    wide = [each for each in found if len(each.places.all()) > 1]
    if own and wide:
        sentence = (
            f"{subject} has a partnership of its own, {_list(own)}, and also belongs to "
            f"{_list(wide)}, with {_others(wide[0], of)}."
        )
    elif own:
        sentence = f"{subject} is covered by {_list(own)}."
    else:
        sentence = (
            f"{subject} is covered by {_list(wide)}, with {_others(wide[0], of)}. "
            f"Nothing of {of.name}'s own is listed here."
        )
    return Answer(sentence, place=place, partnerships=found)


def _covers(partnership: Partnership) -> str:
    areas = [area.name for area in partnership.places.all()]
    name = in_a_sentence(partnership)
    if not areas:
        return f"{name[:1].upper()}{name[1:]} works across {partnership.region.name}."
    return f"{name[:1].upper()}{name[1:]} covers {joined(areas)}."


def _others(partnership: Partnership, place: Place) -> str:
    """Say with how many other places one is covered: "six other boroughs"."""
    others = [area for area in partnership.places.all() if area != place]
    kinds = {area.kind for area in others}
    kind = kinds.pop() if len(kinds) == 1 else "place"
    plural = {"city": "cities"}.get(kind, f"{kind}s")
    count = NUMBERS[len(others)] if len(others) < len(NUMBERS) else str(len(others))
    return f"{count} other {kind if len(others) == 1 else plural}"


def _list(partnerships: list[Partnership]) -> str:
    return joined([in_a_sentence(each) for each in partnerships])


def in_a_sentence(partnership: Partnership) -> str:
    """Return its name as it stands inside a sentence: "the Brent Local Cultural Education Partnership"."""
    last = partnership.name.split()[-1]
    return (
        f"the {partnership.name}"
        if last in WITH_ARTICLE and not partnership.name.startswith("The ")
        else partnership.name
    )


def joined(names: list[str]) -> str:
    """Return names as a list in words: "Hackney, Havering and Newham"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
