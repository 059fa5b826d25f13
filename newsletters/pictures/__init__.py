"""A picture made fit to send: taken apart, checked and written anew, without what a camera or a person hid in it.

Known by its content, never by its name. What is not needed to draw it (place, time, owner, comments,
thumbnails, whatever hangs behind its end) does not survive; what would unpack to more than it claims is
refused before it is unpacked.
"""

from dataclasses import dataclass

WIDEST = 1200  # twice the 600 px that a mail is wide, for sharp screens
TALLEST = 2400
HEAVIEST = 400_000  # bytes, after cleaning
KNOWN = {
    b"GIF8": "a GIF",
    b"RIFF": "a WebP picture",
    b"BM": "a Windows bitmap",
    b"%PDF": "a PDF",
    b"<svg": "an SVG drawing",
    b"<?xml": "an SVG drawing",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"PK": "a packed file",
}


class Unfit(ValueError):
    """It cannot be used; the message says in a sentence why, and what to do."""


@dataclass(frozen=True)
class Cleaned:
    """`kind` is "jpeg" or "png"; width and height in pixels, as it is looked at."""

    kind: str
    content: bytes
    width: int
    height: int


def clean(raw: bytes) -> Cleaned:
    """Return the picture as it may be sent. Raises Unfit for anything but a sound, small JPEG or PNG."""
    from newsletters.pictures import jpeg, png

    if raw.startswith(jpeg.BEGINS):
        cleaned = jpeg.clean(raw)
    elif raw.startswith(png.BEGINS):
        cleaned = png.clean(raw)
    else:
        raise Unfit(f"This is {_called(raw)}. Choose a photo or picture saved as JPEG or PNG")
    if len(cleaned.content) > HEAVIEST:
        weight = len(cleaned.content) // 1000
        raise Unfit(f"This picture weighs {weight} kB. Make it smaller: {HEAVIEST // 1000} kB at most")
    return cleaned


def within(width: int, height: int) -> None:
    """Raise Unfit for a size that no mail needs; called before anything is unpacked."""
    if not (width and height):
        raise Unfit("This picture is damaged. Save it again, or choose another")
    if width > WIDEST or height > TALLEST:
        raise Unfit(
            f"This picture is {width} × {height} pixels. Make it smaller: {WIDEST} wide and {TALLEST} tall at most"
        )


def _called(raw: bytes) -> str:
    if raw[4:8] == b"ftyp":
        return "a HEIC photo or a film"
    begins = raw[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    return next((name for sign, name in KNOWN.items() if begins.startswith(sign)), "no picture that mail can carry")
