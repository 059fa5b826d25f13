"""PNG (W3C, third edition), unpacked within bounds, checked, and packed anew from what draws it."""

import struct
import zlib
from collections.abc import Iterator

from newsletters.pictures import Cleaned, Unfit, within

BEGINS = b"\x89PNG\r\n\x1a\n"
DAMAGED = "This picture is damaged. Save it again, or choose another"
# Bits of a sample that each colour type allows, and samples of a pixel (11.2.1).
SORTS = {0: ((1, 2, 4, 8, 16), 1), 2: ((8, 16), 3), 3: ((1, 2, 4, 8), 1), 4: ((8, 16), 2), 6: ((8, 16), 4)}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def clean(raw: bytes) -> Cleaned:
    """Return it with its pixels and palette alone. Raises Unfit."""
    head, palette, clear, packed = b"", b"", b"", []
    for name, body in _chunks(raw):
        if name == b"IHDR" and not head and len(body) == 13:
            head = body
            within(*struct.unpack(">II", body[:8]))
        elif not head:
            raise Unfit(DAMAGED)
        elif name == b"IDAT":
            packed.append(body)
        elif name == b"PLTE":
            palette = _chunk(b"PLTE", body)
        elif name == b"tRNS":
            clear = _chunk(b"tRNS", body)
    if not (head and packed):
        raise Unfit(DAMAGED)
    width, height, bits, sort, packing, filtering, laced = struct.unpack(">IIBBBBB", head)
    allowed, samples = SORTS.get(sort, ((), 0))
    if bits not in allowed or packing or filtering or laced > 1 or (sort == 3 and not palette):
        raise Unfit(DAMAGED)
    pixels = _unpacked(b"".join(packed), list(_rows(width, height, bits * samples, laced)))
    content = BEGINS + _chunk(b"IHDR", head) + palette + clear + _chunk(b"IDAT", zlib.compress(pixels, 9))
    return Cleaned("png", content + _chunk(b"IEND", b""), width, height)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's name and body up to the end; what hangs behind it is not looked at."""
    at = len(BEGINS)
    while at + 12 <= len(raw):
        length = int.from_bytes(raw[at : at + 4], "big")
        name, body, check = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length], raw[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(name + body).to_bytes(4, "big") != check:
            break
        if name == b"IEND":
            return
        yield name, body
        at += 12 + length
    raise Unfit(DAMAGED)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _rows(width: int, height: int, bits: int, laced: int) -> Iterator[tuple[int, int]]:
    """(how many rows, bytes of each with its filter byte) of the picture, or of each of its seven passes."""
    for left, top, across, down in ADAM7 if laced else ((0, 0, 1, 1),):
        wide, tall = -(-(width - left) // across), -(-(height - top) // down)
        if wide > 0 and tall > 0:
            yield tall, 1 + -(-wide * bits // 8)


def _unpacked(packed: bytes, rows: list[tuple[int, int]]) -> bytes:
    """Unpack as many bytes as the size says, and refuse more or less: no bomb goes off."""
    expected = sum(tall * wide for tall, wide in rows)
    unpacking = zlib.decompressobj()
    try:
        pixels = unpacking.decompress(packed, expected + 1)
    except zlib.error:
        raise Unfit(DAMAGED) from None
    if len(pixels) != expected or not unpacking.eof:
        raise Unfit(DAMAGED)
    at = 0
    for tall, wide in rows:
        if max(pixels[at : at + tall * wide : wide]) > 4:  # filter types (9.2)
            raise Unfit(DAMAGED)
        at += tall * wide
    return pixels
