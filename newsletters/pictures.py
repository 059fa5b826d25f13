"""A picture made fit to send: drawn anew, upright, no larger than a mail needs, without what a camera hid in it.

Known by its content, never by its name. Place, time, owner, comments, thumbnails, whatever hangs behind its end:
none of it is drawn, so none survives. What would unpack to more than a site can hold is refused by its header.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

WIDEST = 1200  # twice the 600 px that a mail is wide, for sharp screens
TALLEST = 2400
HEAVIEST = 400_000  # bytes, once drawn
MOST = 50_000_000  # pixels of a picture that comes in: a good phone makes 48 million
MOST_UNPACKED = 25_000_000  # of one that cannot be read at half its size, as a JPEG can
READ = ("JPEG", "PNG", "WEBP")
QUALITIES = (85, 75, 60, 45)
KNOWN = {
    b"GIF8": "a GIF",
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
    """Return the picture as it may be sent. Raises Unfit for what is no sound picture, or too large to be one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which is not kept; sizes are looked at here
            with Image.open(BytesIO(raw), formats=READ) as opened:
                return _packed(_drawn(opened))
    except UnidentifiedImageError:
        raise Unfit(_refusal(raw)) from None
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, MemoryError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit("This picture is damaged. Save it again, or choose another") from None
    except Image.DecompressionBombError:
        raise Unfit(_too_large()) from None


def _drawn(opened: Image.Image) -> Image.Image:
    """Return its pixels alone: upright, in the colours of a screen, and at most as large as a mail needs."""
    pixels = opened.width * opened.height
    if pixels > MOST or (opened.format not in {"JPEG", "MPO"} and pixels > MOST_UNPACKED):
        raise Unfit(_too_large())
    opened.draft("RGB", (2 * WIDEST, 2 * TALLEST))  # a large JPEG is read at half, a quarter, an eighth
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    shown = _on_a_screen(upright, opened.info.get("icc_profile"))
    bare = Image.new(shown.mode, shown.size)
    bare.paste(shown)
    return bare


def _on_a_screen(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return it in sRGB, with its clear parts where it has any. A profile that cannot be read is left out."""
    clear = image.has_transparency_data
    plain = image.convert("RGBA" if clear else "RGB") if image.mode not in {"CMYK", "RGB", "RGBA"} else image
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(plain, source, target, outputMode="RGBA" if clear else "RGB")
            plain = changed or plain
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return plain.convert("RGBA" if clear else "RGB")


def _packed(image: Image.Image) -> Cleaned:
    """Pack it: a drawing as PNG where that is light enough, else as JPEG on white. Raises Unfit where neither is."""
    few = image.getcolors(256) is not None
    if few or image.mode == "RGBA":
        content = _written(image, "PNG", optimize=True)
        if len(content) <= HEAVIEST:
            return Cleaned("png", content, *image.size)
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    for quality in QUALITIES:
        content = _written(image, "JPEG", quality=quality, optimize=True, progressive=True)
        if len(content) <= HEAVIEST:
            return Cleaned("jpeg", content, *image.size)
    raise Unfit(f"This picture stays heavier than {HEAVIEST // 1000} kB however it is packed. Choose a calmer one")


def _written(image: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def _too_large() -> str:
    return f"This picture has more than {MOST_UNPACKED // 1_000_000} million pixels. Save it smaller, or choose another"


def _refusal(raw: bytes) -> str:
    signs = (b"\xff\xd8", b"\x89PNG", b"RIFF")
    if raw.startswith(signs):
        return "This picture is damaged. Save it again, or choose another"
    return f"This is {_called(raw)}. Choose a photo or picture saved as JPEG or PNG"


def _called(raw: bytes) -> str:
    if raw[4:8] == b"ftyp":
        return "a HEIC photo or a film"
    begins = raw[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    return next((name for sign, name in KNOWN.items() if begins.startswith(sign)), "no picture that mail can carry")
