"""Markdown from managers and members: nothing in it runs, and nothing in it hangs."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trust import text

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "![x](javascript:alert(1))",
    '<a href="https://ok.example" onclick="alert(1)">x</a>',
    "<style>*{display:none}</style>",
    "`<script>`",
    "[a]: javascript:alert(1)\n\n[a]",
    "<<script>script>alert(1)<</script>/script>",
    "{{ settings.SECRET_KEY }} {% load static %}",
]


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def is_harmless(html):
    for tag, attrs in Elements(html).found:
        if tag not in text.TAGS:
            return False
        for name, value in attrs.items():
            if name.startswith("on") or name == "style":
                return False
            if (
                name == "href"
                and value.split(":")[0].lower() not in {"http", "https", "mailto", "tel"}
                and ":" in value
            ):
                return False
    return True


@pytest.mark.parametrize("markdown", HOSTILE)
def test_hostile_markdown_comes_out_harmless(markdown):
    assert is_harmless(text.html(markdown))


@given(st.text(alphabet="<>[]()!\"'`*_#-+ \n&;:/javscriptonload=", max_size=300))
def test_any_markdown_comes_out_harmless(markdown):
    assert is_harmless(text.html(markdown))


def test_template_braces_stay_what_they_are():
    assert "{{ settings.SECRET_KEY }}" in text.html("{{ settings.SECRET_KEY }}")


@pytest.mark.parametrize(
    "huge",
    [
        "[" * 50_000,
        "*" * 50_000,
        "> " * 25_000,
        "- " * 25_000,
        "`" * 50_000,
        "<" * 50_000,
        "a" * 1_000_000,
        "|" * 50_000,
    ],
)
def test_huge_text_takes_bounded_time(huge):
    began = time.perf_counter()
    text.html(huge)
    assert time.perf_counter() - began < 5


def test_a_name_keeps_to_one_line_without_invisible_signs():
    assert text.one_line("Sam\r\nBcc: eve@example.org\u202e\x00") == "Sam Bcc: eve@example.org"
