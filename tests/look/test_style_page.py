"""The living style page: no component and no class of a stylesheet is missing from it, and only builders see it."""

import re

import pytest
from django.conf import settings as conf

from partnerships.templatetags import pictures
from tests.look.paint import CSS, SCHEMES, uncommented
from tests.look.photographs import SIZES, take

# Drawn by partnerships from rows: the map of London.
ELSEWHERE = {"tile-map"}
# Stand in every page round the style page, not on it.
ROUND_IT = {"skip", "site-header", "site-footer"}


@pytest.fixture
def shown(client):
    """The style page as it is answered; it asks no database."""
    for picture in (pictures.collage, pictures.frieze):
        picture.cache_clear()  # else a picture drawn before would be shown without its template
    return client.get("/style/")


def classes_in(html: str) -> set[str]:
    return {name for value in re.findall(r'\sclass="([^"]*)"', html) for name in value.split()}


SHOWN = sorted(
    path.stem for path in CSS.glob("*.css") if not path.stem.startswith("desk") and path.stem not in ELSEWHERE
)


@pytest.mark.parametrize("name", SHOWN)
def test_every_class_of_a_stylesheet_is_shown(shown, name):
    selectors = re.sub(r"\{[^{}]*;[^{}]*\}", "{}", uncommented(name))
    named = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"url\([^)]*\)|\d*\.\d+\w*", "", selectors)))
    assert named <= classes_in(shown.content.decode()) | ROUND_IT


def test_every_part_of_the_components_is_used_on_it(shown):
    used = {template.name for template in shown.templates}
    every = {f"components/{path.name}" for path in (conf.BASE_DIR / "templates" / "components").glob("*.html")}
    assert every <= used


def test_only_those_who_try_the_site_out_see_it(client, settings):
    settings.TRYING_OUT = False
    assert client.get("/style/").status_code == 404


def test_no_region_may_be_called_style():
    from partnerships.checks import first_words

    assert "style" in first_words()


@pytest.mark.browser
def test_it_is_photographed_in_every_light(browser, site, tmp_path):
    for photograph in take(browser, site.address, tmp_path, {"style": "/style/"}):
        assert photograph.stat().st_size > 50_000
    assert len(list(tmp_path.iterdir())) == len(SIZES) * len(SCHEMES)
