"""A story out of a mail somebody pasted: its title, its words and whom to credit, as a proposal to put right."""

import re
from email.utils import parseaddr
from typing import NamedTuple

from trust.text import cleaned, one_line

LONGEST = 20_000
HEAD = re.compile(r"^\W{0,2}(From|To|Cc|Sent|Date|Subject|Reply-To)\W{0,2}:[\s*]*(.*)$", re.I)
FORWARDED = re.compile(r"^[\s>*-]*(Begin forwarded message|Forwarded message|Original Message)\b", re.I)
PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd)\s*:\s*)+", re.I)
GOODBYE = re.compile(r"^-- ?$")  # RFC 3676 4.3: from here on it is a signature
PHONE = re.compile(r"^Sent from my \w+", re.I)


class Pasted(NamedTuple):
    """What a mail says; each may be empty."""

    title: str
    text: str
    credit: str


def read(mail: str) -> Pasted:
    """Take a pasted mail apart. The last head counts: a forwarded mail's is the one of whoever wrote it."""
    heads: dict[str, str] = {}
    words: list[str] = []
    for line in (_unquoted(line) for line in cleaned(mail)[:LONGEST].splitlines()):
        if GOODBYE.match(line) or PHONE.match(line):
            break
        if found := HEAD.match(line):
            heads[found[1].lower()] = found[2].strip()
            if not "".join(words).strip() or found[1].lower() == "from":
                words = []
        elif not FORWARDED.match(line):
            words.append(line)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(words)).strip()
    title = one_line(PREFIX.sub("", heads.get("subject", "")))[:120]
    return Pasted(title or _first_line(text), text, _named(heads.get("from", "")))


def _unquoted(line: str) -> str:
    return re.sub(r"^(?:>\s?)+", "", line).rstrip()


def _first_line(text: str) -> str:
    first = one_line(text.split("\n", 1)[0]) if text else ""
    return first if len(first) <= 120 else ""


def _named(sender: str) -> str:
    """Who says so, without the address: that is nobody's to publish."""
    name, _ = parseaddr(sender.replace("mailto:", "").replace("[", "<").replace("]", ">"))
    return one_line(name)[:160] if name and "@" not in name else ""
