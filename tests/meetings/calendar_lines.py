"""iCalendar read back without the library that wrote it: the content lines of RFC 5545 3.1 and what they nest."""

import re
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(
    r';([A-Za-z0-9-]+)=((?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)(?:,(?:"[^"]*"|[^";:,]*))*)'
)


@dataclass
class Line:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT (RFC 5545 3.3.11)."""
        said = {"n": "\n", "N": "\n"}
        return re.sub(r"\\(.)", lambda found: said.get(found[1], found[1]), self.value)


@dataclass
class Component:
    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def one(self, name: str) -> Line:
        """The only line of this name."""
        (line,) = self.all(name)
        return line

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def only(self, name: str) -> "Component":
        (part,) = [part for part in self.parts if part.name == name]
        return part


def read(raw: bytes) -> Component:
    """Return the one calendar in the bytes. Raises ValueError for what RFC 5545 does not allow."""
    if not raw.endswith(b"\r\n") or b"\n" in raw.replace(b"\r\n", b"") or b"\r" in raw.replace(b"\r\n", b""):
        raise ValueError("only CRLF ends a line")
    too_long = [line for line in raw.split(b"\r\n") if len(line) > 75]
    if too_long:
        raise ValueError(f"longer than 75 octets: {too_long[0]!r}")
    for line in raw.split(b"\r\n"):
        line.decode()  # a fold inside a character is no UTF-8
    lines = [_line(text) for text in re.sub(r"\r\n[ \t]", "", raw.decode()).split("\r\n")[:-1]]
    stack = [Component("")]
    for line in lines:
        if line.name == "BEGIN":
            stack.append(Component(line.value))
        elif line.name == "END":
            done = stack.pop()
            if done.name != line.value:
                raise ValueError(f"END:{line.value} ends {done.name}")
            stack[-1].parts.append(done)
        else:
            stack[-1].lines.append(line)
    if len(stack) != 1 or stack[0].lines or [part.name for part in stack[0].parts] != ["VCALENDAR"]:
        raise ValueError("not one whole calendar")
    return stack[0].parts[0]


def _line(text: str) -> Line:
    name = _NAME.match(text)
    if not name:
        raise ValueError(f"no content line: {text!r}")
    at, parameters = name.end(), {}
    while found := _PARAMETER.match(text, at):
        if found[1].upper() in parameters:
            raise ValueError(f"{found[1]} twice: {text!r}")
        parameters[found[1].upper()] = found[2].strip('"')
        at = found.end()
    if text[at : at + 1] != ":" or any(ord(character) < 32 and character != "\t" for character in text):
        raise ValueError(f"no content line: {text!r}")
    return Line(name[0].upper(), parameters, text[at + 1 :])
