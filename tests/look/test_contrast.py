"""Every pair of colours in use keeps its contrast, in the light and in the dark. Computed from the tokens."""

import re

import pytest

from tests.look.paint import CSS, SCHEMES, contrast, tokens, uncommented

GROUNDS = ("paper", "surface", "wash")
TEXT = [
    *((ink, ground) for ink in ("ink", "muted", "link", "link-hover", "link-visited", "danger") for ground in GROUNDS),
    *((ink, f"{ink}-ground") for ink in ("danger", "ok", "warn", "todo", "done")),
    *(("ink", f"{state}-ground") for state in ("danger", "ok", "warn", "todo", "done")),
    *((f"hue-{hue}-ink", f"hue-{hue}-ground") for hue in range(1, 13)),
    # the opening of a page, doors, cards: what stands on the ground of any hue
    *((ink, f"hue-{hue}-ground") for hue in range(1, 13) for ink in ("ink", "muted", "link", "link-visited")),
    ("paper", "ink"),
    ("link", "ok-ground"),
    ("link", "warn-ground"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    ("on-focus", "focus"),
    ("on-sun", "sun"),
    ("foot-ink", "foot"),
    ("foot-link", "foot"),
]
# What is no text but must be seen: borders of controls, focus rings, the fill of a button (1.4.11).
SEEN = [
    *((line, ground) for line in ("line", "edge", "focus-ring", "brand") for ground in GROUNDS),
    ("foot-ink", "foot"),
    ("focus", "foot"),
    ("danger", "surface"),
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_reads_on_its_ground(scheme, ink, ground):
    colours = tokens(scheme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("line", "ground"), SEEN)
def test_what_must_be_seen_is_seen(scheme, line, ground):
    colours = tokens(scheme)
    assert contrast(colours[line], colours[ground]) >= 3


def test_a_pair_set_together_in_a_rule_is_among_those_computed():
    """A rule that names both its ink and its ground may name no pair that nobody computed."""
    computed = {frozenset(pair) for pair in TEXT}
    unknown = []
    for name in sorted(path.stem for path in CSS.glob("*.css")):
        for block in re.findall(r"\{([^{}]*)", uncommented(name)):
            ink = re.search(r"(?<![\w-])color:\s*var\(--([\w-]+)\)", block)
            ground = re.search(r"background(?:-color)?:\s*var\(--([\w-]+)\)", block)
            if ink and ground and not ink[1].startswith("hue-") and frozenset((ink[1], ground[1])) not in computed:
                unknown.append((name, ink[1], ground[1]))
    assert unknown == []


def test_no_colour_is_written_outside_the_tokens():
    """But for paper: print is black on white, and so is a mail before it brings its own."""
    allowed = {"tokens", "print", "mail-frame"}
    names = [
        path.stem for path in CSS.glob("*.css") if re.search(r"#[0-9A-Fa-f]{3,8}\b(?![^{]*\{)", uncommented(path.stem))
    ]
    assert set(names) <= allowed


def test_contrast_is_computed_as_the_standard_says():
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
    assert contrast("#FFFFFF", "#767676") >= 4.5
