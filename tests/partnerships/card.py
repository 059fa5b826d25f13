"""Draw `static/card.png`, what a link to this site looks like where people share it.

LCEP_VAR=/tmp/card python -m tests.partnerships.card
"""

import os
import shutil
import struct
import sys
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1200, 630
PAGE = """<!doctype html><html lang="en-GB"><style>{css}
html, body {{ margin: 0; block-size: 630px; }}
body {{ background: var(--hue-5-ground); color: var(--ink); font-family: var(--sans); overflow: hidden; }}
h1 {{ margin: 0; padding: 84px 90px 0; font-size: 92px; line-height: 1.04; letter-spacing: -.02em; font-weight: 800; }}
p {{ margin: 0; padding: 26px 90px 0; font-size: 36px; }}
svg {{ position: absolute; inset-block-end: -16px; inset-inline-start: 0; inline-size: 1200px; block-size: 220px; }}
svg > path.ground:first-child {{ fill: none; }}
</style><h1>Every child,<br>every place</h1>
<p>Find the partnership that brings art and culture<br>to children where you are.</p>{town}</html>"""


def packed(png: bytes) -> bytes:
    """Return an RGB picture in its 256 most frequent colours (the rest are the edges of letters), unfiltered.

    A PNG is a signature and chunks of length, type, data and CRC (PNG 5.3); a row begins with its filter (9.2).
    """
    data, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        data += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += 12 + length
    raw, above, rows = zlib.decompress(data), bytes(WIDTH * 3), []
    for start in range(0, len(raw), WIDTH * 3 + 1):
        above = _plain(raw[start], raw[start + 1 : start + 1 + WIDTH * 3], above)
        rows.append(list(zip(above[::3], above[1::3], above[2::3], strict=True)))
    counted = Counter(colour for row in rows for colour in row)
    palette = [colour for colour, _ in counted.most_common(256)]
    index = {
        colour: min(
            range(len(palette)), key=lambda at: sum((a - b) ** 2 for a, b in zip(palette[at], colour, strict=True))
        )
        for colour in counted
    }
    best = zlib.compressobj(9, zlib.DEFLATED, 15, 9)
    picture = best.compress(b"".join(b"\0" + bytes(index[colour] for colour in row) for row in rows)) + best.flush()
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    chunks = (b"IHDR", header), (b"PLTE", bytes(part for colour in palette for part in colour)), (b"IDAT", picture)
    return png[:8] + b"".join(_chunk(*chunk) for chunk in [*chunks, (b"IEND", b"")])


def _plain(kind: int, coded: bytes, above: bytes) -> bytes:
    """Undo the filter of a row: none, left, up, their mean, or whichever of three is nearest (Paeth)."""
    row = bytearray(coded)
    for i, value in enumerate(coded):
        left, up, corner = (row[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
        nearest = min((left, up, corner), key=lambda near: abs(left + up - corner - near))
        row[i] = (value + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
    return bytes(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    os.environ.update(DJANGO_SETTINGS_MODULE="lcep.settings", DEBUG="1", LCEP_VAR=os.environ["LCEP_VAR"])
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from partnerships.templatetags.pictures import collage
    from tests.servers.chromium import NAMES

    css = "".join((ROOT / "static" / "css" / f"{name}.css").read_text() for name in ("tokens", "hues"))
    target = ROOT / "static" / "card.png"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES))), args=["--disable-lcd-text"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.set_content(PAGE.format(css=css, town=collage("card")))
        page.screenshot(path=target)
        browser.close()
    target.write_bytes(packed(target.read_bytes()))
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    sys.exit(main())
