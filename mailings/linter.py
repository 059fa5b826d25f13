"""What is wrong with a mail as it leaves, found in its bytes and said in words: the last look before many get it.

    for flaw in linter.flaws(message.fill(Delivery.sample(member)), marketing=True):
        print(flaw.sentence, flaw.bars)

It reads the mail as a stranger would (the standard library's parser, none of the code that built it), so it
also catches what the builder got wrong. A flaw that `bars` would break the mail, the law or somebody's reading
of it; the others are advice.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from html.parser import HTMLParser

HEAVY = 100_000  # bytes of HTML; a widespread mail program cuts what comes after 102 kB
LARGEST = 5_000_000  # bytes in all; many mail servers take no more than ten million
LINE = 998  # RFC 5322 2.1.1
LEGIBLE = 4.5  # WCAG 2.2, 1.4.3
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")  # RFC 5322 3.6, RFC 2045 4
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b", re.I)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NAMED = {"black": "#000000", "white": "#ffffff"}


@dataclass(frozen=True)
class Flaw:
    sentence: str
    bars: bool = True


def flaws(raw: bytes, *, marketing: bool) -> list[Flaw]:
    """Return what is wrong with a filled mail, those flaws first that bar the way."""
    mail = _Mail(raw, marketing)
    found = [flaw for part in _PARTS for flaw in part(mail)]
    return sorted(dict.fromkeys(found), key=lambda flaw: not flaw.bars)


class _Mail:
    def __init__(self, raw: bytes, marketing: bool) -> None:
        self.raw, self.marketing = raw, marketing

    @cached_property
    def parsed(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @cached_property
    def text(self) -> str:
        part = self.parsed.get_body(("plain",))
        return part.get_content() if part else ""

    @cached_property
    def html(self) -> str:
        part = self.parsed.get_body(("html",))
        return part.get_content() if part else ""

    @cached_property
    def page(self) -> "_Page":
        page = _Page()
        page.feed(self.html)
        page.close()
        return page


class _Page(HTMLParser):
    """Links, pictures, language and colours of a mail's HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.lang = ""
        self.silent_pictures = 0
        self.active: set[str] = set()
        self.faint: list[tuple[str, str, float]] = []
        self.stack: list[tuple[str, str, str]] = [("", "#000000", "#ffffff")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang", "").strip()
        if tag == "a" and given.get("href", "").startswith("http"):
            self.links.add(given["href"])
        if tag == "img" and "alt" not in given:
            self.silent_pictures += 1
        if tag in {"script", "form", "iframe", "object", "embed"} or any(name.startswith("on") for name in given):
            self.active.add(tag)
        _, colour, ground = self.stack[-1]
        style = _declared(given.get("style", ""))
        colour = _hex(style.get("color", "")) or colour
        ground = (
            _hex(style.get("background-color", "")) or _hex(style.get("background", ""))
            or _hex(given.get("bgcolor", "")) or ground
        )  # fmt: skip
        if tag not in VOID:
            self.stack.append((tag, colour, ground))

    def handle_endtag(self, tag: str) -> None:
        if any(open_tag == tag for open_tag, _, _ in self.stack[1:]):
            while len(self.stack) > 1 and self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag, colour, ground = self.stack[-1]
        if not data.strip() or tag in {"style", "title", "script"}:
            return
        ratio = contrast(colour, ground)
        if ratio < LEGIBLE:
            self.faint.append((colour, ground, ratio))


def _headers(mail: _Mail) -> Iterator[Flaw]:
    names = Counter(name.lower() for name in mail.parsed)
    for name in ONCE:
        if names[name.lower()] != 1:
            how_often = "twice" if names[name.lower()] else "not at all"
            yield Flaw(f"The mail says {name} {how_often}; it must be there exactly once.")
    if not str(mail.parsed.get("Subject", "")).strip():
        yield Flaw("The mail has no subject.")
    head = mail.raw.partition(b"\r\n\r\n")[0]
    if not head.isascii():
        yield Flaw("A header holds letters that not every mail server takes.")
    if mail.parsed.defects:
        yield Flaw("A mail program that is strict cannot read how this mail is put together.")


def _list_headers(mail: _Mail) -> Iterator[Flaw]:
    if not mail.marketing:
        if mail.parsed.get("Auto-Submitted", "no") == "no":
            yield Flaw("The mail does not say that a machine wrote it (Auto-Submitted), so holiday replies may come.")
        return
    if not re.fullmatch(r"<https?://[^<>\s]+/one-click/>", _line(mail, "List-Unsubscribe")):
        yield Flaw("The mail cannot be unsubscribed from with one press in mail programs (List-Unsubscribe).")
    if _line(mail, "List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        yield Flaw("The mail does not say that one press is enough (List-Unsubscribe-Post).")
    for name in ("List-Id", "List-Help", "List-Owner", "Feedback-ID"):
        if not _line(mail, name):
            yield Flaw(f"The mail does not say which list it comes from ({name}).")


def _lines(mail: _Mail) -> Iterator[Flaw]:
    if mail.raw.replace(b"\r\n", b"").count(b"\n") or mail.raw.replace(b"\r\n", b"").count(b"\r"):
        yield Flaw("A line of the mail does not end as mail servers want it.")
    if max(map(len, mail.raw.split(b"\r\n"))) > LINE:
        yield Flaw(f"A line of the mail is longer than {LINE} bytes; mail servers may cut it.")


def _parts(mail: _Mail) -> Iterator[Flaw]:
    if not mail.text.strip():
        yield Flaw("The mail has no plain text for those whose program shows nothing else.")
    if mail.marketing and not mail.html.strip():
        yield Flaw("The mail has no HTML part.", bars=False)


def _links(mail: _Mail) -> Iterator[Flaw]:
    if not mail.html or not mail.text:
        return
    in_text = {address.rstrip(".,;:!?)") for address in ADDRESS.findall(mail.text)} | set(ADDRESS.findall(mail.text))
    for address in sorted(mail.page.links - in_text):
        yield Flaw(f"A link is missing in the plain text: {address[:120]}", bars=False)
    known = mail.page.links | {link.rstrip("/") for link in mail.page.links}
    for address in sorted({address.rstrip(".,;:!?)") for address in in_text} - known):
        if address.rstrip("/") not in known and address not in mail.html:
            yield Flaw(f"A link is in the plain text alone: {address[:120]}", bars=False)
    one_click = _line(mail, "List-Unsubscribe").strip("<>")
    choices = one_click.removesuffix("one-click/")
    if mail.marketing and one_click and not (choices in mail.page.links and choices in in_text):
        yield Flaw("The mail shows no link with which to choose less or leave.")


def _size(mail: _Mail) -> Iterator[Flaw]:
    if len(mail.raw) > LARGEST:
        yield Flaw(f"The mail is {len(mail.raw) / 1e6:.1f} MB; many mail servers will not take it.")
    html = len(mail.html.encode())
    if html > HEAVY:
        yield Flaw(f"The mail is long ({html // 1000} kB): some mail programs will cut off its end.", bars=False)


def _reading(mail: _Mail) -> Iterator[Flaw]:
    if not mail.html:
        return
    page = mail.page
    if not page.lang:
        yield Flaw("The mail does not say in which language it is, so it may be read aloud in another.")
    if page.silent_pictures:
        yield Flaw("A picture has no description (alt), not even an empty one.")
    if page.active:
        yield Flaw(f"The mail holds what mail programs take out: {', '.join(sorted(page.active))}.")
    for colour, ground, ratio in dict.fromkeys(page.faint):
        yield Flaw(f"Words in {colour} on {ground} are hard to read (contrast {ratio:.1f}, {LEGIBLE} is needed).")


_PARTS = (_headers, _list_headers, _lines, _parts, _links, _size, _reading)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours written #rrggbb (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _line(mail: _Mail, name: str) -> str:
    return " ".join(str(mail.parsed.get(name, "")).split())


def _declared(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _hex(value: str) -> str:
    """Return a colour as #rrggbb, or '' when there is none we can read."""
    value = NAMED.get(value.strip().lower(), value)
    found = COLOUR.search(value)
    if not found:
        return ""
    digits = found.group(1).lower()
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)
