"""The towns of partnerships: the same for ever, unlike each other, harmless and light."""

import gzip
import hashlib
from itertools import pairwise
from xml.etree import ElementTree

from django.template import Context, Template

from partnerships.collage import collage

GOLDEN = "2e8f0884c39c"


def drawn(slug: str) -> str:
    return Template("{% load pictures %}{% collage slug %}").render(Context({"slug": slug})).strip()


def test_one_slug_always_gives_one_picture():
    assert drawn("leedscep") == drawn("leedscep")
    plan = repr(collage("leedscep")).encode()
    assert hashlib.sha256(plan).hexdigest()[:12] == GOLDEN, "a change here repaints the banner of every partnership"


def test_two_slugs_give_two_pictures():
    assert len({repr(collage(f"place-{number}")) for number in range(200)}) == 200


def test_neighbours_differ_in_shape_and_paint():
    for number in range(50):
        houses = collage(f"place-{number}").pieces[4:]
        assert len(houses) == 11
        for one, next_one in pairwise(houses):
            assert one.path != next_one.path and one.hue != next_one.hue


def test_it_is_plain_xml_without_script_or_style():
    tree = ElementTree.fromstring(drawn("leedscep"))
    assert {element.tag for element in tree.iter()} == {"svg", "g", "path"}
    assert tree.get("aria-hidden") == "true"
    assert not [name for element in tree.iter() for name in element.attrib if name == "style" or name.startswith("on")]


def test_it_weighs_next_to_nothing():
    assert len(gzip.compress(drawn("leedscep").encode())) <= 1500


def test_a_hostile_slug_only_chooses_shapes():
    assert "script" not in drawn('"><script>alert(1)</script>')
