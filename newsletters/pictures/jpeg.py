"""JPEG (ITU-T T.81), taken apart into its segments and written anew from those that draw it."""

import re
import struct
from dataclasses import dataclass, field

from newsletters.pictures import Cleaned, Unfit, within

BEGINS = b"\xff\xd8\xff"
START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive: what every program draws
OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
TABLES = {0xDB, 0xC4, 0xDD}  # quantisation, Huffman, restart interval
SCANS = 20  # a progressive picture has about ten; thousands make a program draw for minutes
# The end of a scan: a marker that is no restart and no stuffed byte (T.81 B.1.1.5).
NEXT = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
DAMAGED = "This picture is damaged. Save it again, or choose another"
HEAD = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


@dataclass
class _Parts:
    kept: list[bytes] = field(default_factory=list)
    width: int = 0
    height: int = 0
    turned: int = 1
    scans: int = 0
    adobe: bytes = b""


def clean(raw: bytes) -> Cleaned:
    """Return it without any metadata but which way is up. Raises Unfit."""
    parts, at = _Parts(), 2
    while True:
        marker, at = _marker(raw, at)
        if marker == END:
            break
        length = int.from_bytes(raw[at : at + 2], "big")
        body = raw[at + 2 : at + length]
        if length < 2 or len(body) != length - 2:
            raise Unfit(DAMAGED)
        segment = raw[at : at + length]
        at += length
        if marker == SCAN:
            at = _scan(parts, segment, raw, at)
        else:
            _segment(parts, marker, segment, body)
    if not parts.scans:
        raise Unfit(DAMAGED)
    up = _upright(parts.turned)
    content = b"\xff\xd8" + (up or HEAD) + parts.adobe + b"".join(parts.kept) + b"\xff\xd9"
    sides = (parts.height, parts.width) if parts.turned >= 5 else (parts.width, parts.height)
    return Cleaned("jpeg", content, *sides)


def _marker(raw: bytes, at: int) -> tuple[int, int]:
    if raw[at : at + 1] != b"\xff":
        raise Unfit(DAMAGED)
    while raw[at : at + 1] == b"\xff":
        at += 1
    if at >= len(raw):
        raise Unfit(DAMAGED)
    return raw[at], at + 1


def _segment(parts: _Parts, marker: int, segment: bytes, body: bytes) -> None:
    """Keep what draws; of what tells, keep which way is up."""
    if marker in FRAMES:
        _frame(parts, body)
        parts.kept.append(bytes((0xFF, marker)) + segment)
    elif marker in OTHER_FRAMES:
        raise Unfit("This JPEG is of a rare sort. Save it again as an ordinary JPEG")
    elif marker in TABLES:
        parts.kept.append(bytes((0xFF, marker)) + segment)
    elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
        parts.turned = _turned(body[6:])
    elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        parts.adobe = b"\xff\xee\x00\x0e" + body[:12]  # how its colours are meant
    elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
        raise Unfit(DAMAGED)


def _frame(parts: _Parts, body: bytes) -> None:
    if parts.width or len(body) < 6:
        raise Unfit(DAMAGED)
    bits, parts.height, parts.width, colours = struct.unpack(">BHHB", body[:6])
    if bits != 8 or colours not in (1, 3) or len(body) != 6 + 3 * colours:
        raise Unfit("This JPEG is made for printing. Save it again as an ordinary (RGB) JPEG")
    within(parts.width, parts.height)


def _scan(parts: _Parts, segment: bytes, raw: bytes, at: int) -> int:
    """Keep a scan with its data, and return where it ends."""
    parts.scans += 1
    ends = NEXT.search(raw, at)
    if not parts.width or parts.scans > SCANS or ends is None:
        raise Unfit(DAMAGED)
    parts.kept.append(b"\xff\xda" + segment + raw[at : ends.start()])
    return ends.start()


def _turned(tiff: bytes) -> int:
    """Return the orientation (TIFF tag 0x0112, 1 to 8) that a camera wrote, 1 where it wrote none that makes sense."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    if not order or len(tiff) < 10:
        return 1
    (first,) = struct.unpack(order + "I", tiff[4:8])
    (count,) = struct.unpack(order + "H", tiff[first : first + 2].ljust(2, b"\0"))
    for entry in range(min(count, 100)):
        raw = tiff[first + 2 + 12 * entry : first + 14 + 12 * entry]
        if len(raw) < 12:
            break
        tag, sort, many, value = struct.unpack(order + "HHIH", raw[:10])
        if (tag, sort, many) == (0x0112, 3, 1) and 1 <= value <= 8:
            return value
    return 1


def _upright(turned: int) -> bytes:
    """Return an Exif segment that says which way is up and nothing else; nothing for a picture that stands upright."""
    if turned == 1:
        return b""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
