"""Colours as numbers: reading tokens.css, and the contrast of two of them (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
SCHEMES = ("light", "dark")


def tokens(scheme: str) -> dict[str, str]:
    """The colour tokens of a scheme by name; the dark ones stand on top of the light ones."""
    light, dark = uncommented("tokens").split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6});", dark))


def uncommented(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / f"{name}.css").read_text(), flags=re.DOTALL)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
