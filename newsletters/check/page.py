"""The HTML part of the built message, read as a mail program reads it: links, pictures and words, by section."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

PART = re.compile(r"part-(\d{1,3})")


class Link(NamedTuple):
    """A link as it is read: its words, its address ('' when the sanitiser took it away), its section from 1."""

    words: str
    address: str
    part: int


class Image(NamedTuple):
    """A picture as it is shown; `alt` is None when the mail says nothing about it at all."""

    src: str
    alt: str | None
    part: int


class Page(HTMLParser):
    """What stands in the opening words (part 0) and in each section; the mail's own frame is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.outside: dict[int, list[str]] = {}
        self._part: int | None = None
        self._address: str | None = None
        self._words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div":  # sections have none inside: the sanitiser lets no div through
            found = PART.fullmatch(given.get("id") or "")
            self._part = int(found.group(1)) if found else None
        if self._part is None:
            return
        if tag == "a":
            self._address, self._words = given.get("href") or "", []
        elif tag == "img":
            self.images.append(Image(given.get("src") or "", given.get("alt"), self._part))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address is not None and self._part is not None:
            self.links.append(Link(" ".join("".join(self._words).split()), self._address, self._part))
            self._address = None
        elif tag == "div":
            self._part = None

    def handle_data(self, data: str) -> None:
        if self._part is None:
            return
        (self.outside.setdefault(self._part, []) if self._address is None else self._words).append(data)

    def text(self, part: int) -> str:
        """The words of one section that are no link."""
        return "".join(self.outside.get(part, ()))
