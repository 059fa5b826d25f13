"""The words of a newsletter as one piece: what an editor saves, and what two editors may disagree on."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from trust.text import cleaned, one_line

SECTIONS = 40
CHARACTERS = 60_000  # in all; about 25 printed pages, and a mail that programs cut off long before


class Part(NamedTuple):
    """A heading and a piece of Markdown; the ids of the story it was made from and of its picture, if it has them.

    `alt` says what the picture shows, for whoever does not see it.
    """

    heading: str
    body: str
    story: int | None = None
    picture: int | None = None
    alt: str = ""


@dataclass(frozen=True)
class Words:
    """Everything a reader reads, and where it stands in the archive (`half_term` is an id)."""

    number: int
    half_term: int | None
    subject: str
    preheader: str = ""
    opening: str = ""
    sections: tuple[Part, ...] = ()

    @classmethod
    def typed(cls, **fields: Any) -> "Words":
        """Return words as somebody typed them, without what nobody can see; `sections` are (heading, body[, …])."""
        typed = (Part(*section) for section in fields.pop("sections", ()))
        parts = (
            part._replace(heading=one_line(part.heading), body=cleaned(part.body).strip(), alt=one_line(part.alt))
            for part in typed
        )
        lines: dict[str, Any] = {name: one_line(fields.pop(name, "")) for name in ("subject", "preheader")}
        return cls(sections=tuple(parts), opening=cleaned(fields.pop("opening", "")).strip(), **lines, **fields)

    @classmethod
    def kept(cls, json: dict[str, Any]) -> "Words":
        """Return words from what `as_json` made of them."""
        return cls(**json | {"sections": tuple(Part(*part) for part in json["sections"])})

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"sections": [list(part) for part in self.sections]}

    def with_sections(self, parts: Iterable[Part]) -> "Words":
        return replace(self, sections=tuple(parts))

    @property
    def length(self) -> int:
        """Characters in all."""
        parts = sum(len(part.heading) + len(part.body) + len(part.alt) for part in self.sections)
        return len(self.subject) + len(self.preheader) + len(self.opening) + parts

    def differing_from(self, other: "Words") -> list[tuple[str, str]]:
        """Return (name, text of self) of each piece that is not the same in `other`, in reading order."""
        mine, theirs = self._pieces(), other._pieces()
        return [(name, text) for name, text in mine.items() if theirs.get(name) != text]

    def _pieces(self) -> dict[str, str]:
        pieces = {
            "Number": str(self.number),
            "Subject": self.subject,
            "Line beside the subject": self.preheader,
            "Opening words": self.opening,
        }
        for position, part in enumerate(self.sections, 1):
            picture = f"\n\nPicture: {part.alt or '(not described)'}" if part.picture else ""
            pieces[f"Section {position}"] = f"{part.heading}\n\n{part.body}{picture}".strip()
        return pieces
