"""Pictures of the built message: described for whoever does not see them, and not too heavy together."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models.functions import Length

from newsletters.check.finding import Finding, field_of, named

if TYPE_CHECKING:
    from newsletters.check import Check

HEAVY = 1_000_000  # bytes of all pictures together: half a minute on a bad connection
FILE_NAME = re.compile(r"(?:img|dsc|pxl|image|photo|screenshot|whatsapp)[ _-]?\d|\.(?:jpe?g|png|heic|gif)$", re.I)
PICTURE_OF = re.compile(r"(?:a |an )?(?:picture|image|photo(?:graph)?) (?:of|showing)\b", re.I)


def undescribed(check: "Check") -> Iterator[Finding]:
    for image in check.page.images:
        if not image.alt:
            name = named(image.part, check.headings.get(image.part, ""))
            yield Finding(f"{name}: nobody has said what the picture shows.", field_of(image.part), bars=True)


def badly_described(check: "Check") -> Iterator[Finding]:
    for image in check.page.images:
        name, field, alt = named(image.part, check.headings.get(image.part, "")), field_of(image.part), image.alt or ""
        if FILE_NAME.search(alt):
            yield Finding(f"{name}: “{alt[:40]}” is the name of a file, not what the picture shows.", field)
        elif PICTURE_OF.match(alt):
            yield Finding(
                f"{name}: leave out “{PICTURE_OF.match(alt).group()}”. It is read as a picture anyway.", field
            )
        elif 0 < len(alt) < 8:
            yield Finding(f"{name}: “{alt}” says little about the picture.", field)


def same_description(check: "Check") -> Iterator[Finding]:
    told: dict[str, int] = {}
    for image in check.page.images:
        if image.alt and told.setdefault(image.alt.casefold(), image.part) != image.part:
            yield Finding(f"Two pictures are described by the same words, “{image.alt[:40]}”.", field_of(image.part))


def heavy(check: "Check") -> Iterator[Finding]:
    asked = [part.picture for part in check.words.sections]
    if not any(asked):
        return
    own = check.newsletter.partnership.pictures.filter(pk__in=filter(None, asked))
    weights = dict(own.annotate(weight=Length("content")).values_list("pk", "weight"))
    weight = sum(weights.values())
    if weight > HEAVY:
        heaviest = asked.index(max(weights, key=lambda pk: weights[pk])) + 1  # its section, pictures or not before it
        yield Finding(
            f"The pictures weigh {weight // 1000} kB together. On a phone they load slowly.", f"#part-{heaviest}"
        )


def unwritten(check: "Check") -> Iterator[Finding]:
    for field, name, text in check.texts:
        if re.search(r"!\[[^\]]{0,200}\]\(", text):
            yield Finding(f"{name}: a picture among the words is left out. Press “Add a picture” instead.", field)


CHECKS = (undescribed, badly_described, same_description, heavy, unwritten)
