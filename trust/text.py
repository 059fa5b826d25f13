"""Text that managers and members write: Markdown through an allow-list, never a template language."""

import json
import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LIMIT = 50_000  # characters, before any parsing
BRACKETS = 2_000  # more than any text has links; the parser looks from each to the end of what it reads
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "ul", "ol", "li", "blockquote",
    "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# Controls, line and paragraph separators, and the marks that turn text round (Trojan Source).
_NO_MARKUP = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

# Empty cells the parser adds to short rows: its own 65,536 let a page of pipes take half a minute.
import_module("markdown_it.rules_block.table").MAX_AUTOCOMPLETED_CELLS = 2_000  # type: ignore[attr-defined]
_markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 20, "linkify": False}).enable("table")


def html(markdown: str, first_heading: int = 2) -> SafeString:
    """Return Markdown as HTML that holds nothing but the allowed tags. Headings begin at `first_heading`."""
    rendered = _markdown.renderer.render(parsed(markdown, first_heading), _markdown.options, {})
    safe = nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noreferrer noopener")
    return mark_safe(safe)  # noqa: S308 - nh3's allow-list has just been applied: the one place that may


@lru_cache(maxsize=8)
def parsed(markdown: str, first_heading: int = 2) -> list[Token]:
    """Return Markdown as markdown-it's tokens, its headings in order: from `first_heading` to 4, none skipped.

    Kept for a moment, because a mail is written twice, as HTML and as text; nobody changes the list.
    """
    text = cleaned(markdown)[:LIMIT]
    tokens = _markdown.parse(text if text.count("[") <= BRACKETS else text.replace("[", "\\["))
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    shallowest = min((int(token.tag[1]) for token in headings), default=1)
    above = first_heading - 1
    for opening, closing in zip(headings[::2], headings[1::2], strict=True):
        above = min(int(opening.tag[1]) - shallowest + first_heading, above + 1, 4)
        opening.tag = closing.tag = f"h{above}"
    return tokens


def cleaned(text: str) -> str:
    """Return text of several lines without characters that nobody can see and machines stumble over."""
    return UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return text for a header, a title or a name: one line, nothing invisible."""
    if text.isascii() and text.isprintable() and "  " not in text:  # nearly always, and in every mail many times
        return text.strip()
    return " ".join(UNSEEN.sub(" ", unicodedata.normalize("NFC", text)).split())


def data_block(value: Any) -> SafeString:
    """Return a value as JSON for a script element that holds data: whatever it says, it cannot end the element."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_NO_MARKUP)
    return mark_safe(written)  # noqa: S308 - nothing in it can open or close an element
