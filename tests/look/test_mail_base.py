"""The frame every mail is written into: read aloud in order, in both schemes, by any program."""

import re

import html5lib
import pytest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

from lcep.letters import inlined
from tests.look.paint import contrast

MAIL = """{% extends "email/base.html" %}{% block preheader %}Soon{% endblock %}
{% block content %}<h1>Hello</h1><p>Words and <a href="https://example.org/">a link</a>.</p>
{% include "email/_button.html" with href="https://example.org/go" label="Do it" only %}{% endblock %}
{% block footer %}<p>Why you get this.</p>{% endblock %}"""


def mail(**context) -> str:
    return inlined(Template(MAIL).render(Context({"subject": "Hello", **context})))


def test_language_direction_and_role_are_said_twice():
    tree = html5lib.parse(mail(), namespaceHTMLElements=False)
    wrapper = next(element for element in tree.iter("div") if element.get("role") == "article")
    assert tree.get("lang") == wrapper.get("lang") == "en-GB"
    assert tree.get("dir") == wrapper.get("dir") == "ltr"
    assert wrapper.get("aria-roledescription") == "email"
    assert tree.find("head/title").text == "Hello"


def test_the_styles_are_on_the_elements_and_the_dark_ones_stay():
    html = mail()
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    button = next(link for link in tree.iter("a") if "".join(link.itertext()) == "Do it")
    assert "background-color" in button.get("style") and "padding" in button.get("style")
    assert "@media (prefers-color-scheme: dark)" in html


def test_no_table_no_picture_and_no_text_below_16_pixels():
    html = mail()
    assert "<table" not in html and "<img" not in html
    assert min(int(size) for size in re.findall(r"font-size:\s*(\d+)px", html)) >= 16


def test_colours_read_in_the_light_and_in_the_dark():
    light, dark = get_template("email/_style.html").template.source.split("@media (prefers-color-scheme: dark)")
    for text, ground in (
        ("#1B1530", "#FFFDF8"),
        ("#3D2BA8", "#FFFDF8"),
        ("#FFFFFF", "#4B32C3"),
        ("#554D6B", "#FFFDF8"),
    ):
        assert text in light and ground in light and contrast(text, ground) >= 4.5
    assert contrast("#1B1530", "#FFD23F") >= 4.5
    for text, ground in (
        ("#F7F4FF", "#14101F"),
        ("#B9A8FF", "#14101F"),
        ("#14101F", "#8F7BFF"),
        ("#C4BBDA", "#14101F"),
    ):
        assert text in dark and ground in dark and contrast(text, ground) >= 4.5


@pytest.mark.parametrize("demo", [True, False])
def test_the_demonstration_says_so_in_every_mail(demo):
    assert ("Invented" in mail(demo=demo)) is demo
    assert ("Invented" in render_to_string("email/base.txt", {"demo": demo})) is demo


def test_the_text_part_escapes_nothing():
    """Text parts are rendered by `plain`, because nothing reads them as HTML."""
    written = Template('{% extends "email/base.txt" %}{% block content %}{{ name }}{% endblock %}')
    assert "Tea & <cake>" in written.render(Context({"name": "Tea & <cake>"}, autoescape=False))
