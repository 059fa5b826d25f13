"""What no template may hold: code or styles of its own, and what a public page may not look at."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
ALL = sorted(path for path in ROOT.rglob("*.*") if path.suffix in {".html", ".txt"})
PAGES = [path for path in ALL if path.suffix == ".html" and path.relative_to(ROOT).parts[0] != "email"]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def bare(path: Path) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", ALL, ids=name)
def test_it_compiles(path):
    get_template(name(path))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_style_or_script_stands_in_a_page(path):
    text = bare(path)
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    code = re.sub(r'<script[^>]*\stype="application/(?:ld\+)?json">', "", text)  # data, which nothing runs
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", code)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", ALL, ids=name)
def test_nothing_is_declared_safe_in_a_template(path):
    assert not re.search(r"\|\s*safe\b|autoescape off", bare(path)) or path.name == "base.txt"


PUBLIC = [
    ROOT / "base.html",
    *(path for path in sorted((ROOT / "partnerships").glob("*.html")) if "base_own.html" not in path.read_text()),
    *sorted((ROOT / "errors").glob("*.html")),
]


@pytest.mark.parametrize("path", PUBLIC, ids=name)
def test_a_public_page_looks_at_no_user_session_or_message(path):
    assert not re.search(
        r"\{[{%][^}]*\b(request\.user|user\.|messages\b(?! %)|request\.session|perms\b|csrf_token)", bare(path)
    )


def test_no_part_is_wide_open_to_the_page_around_it():
    """A part of the components takes what it is given and nothing else."""
    loose = []
    for path in PAGES:
        for call in re.findall(r"\{% include \"components/[^%]*%\}", bare(path)):
            if not call.rstrip(" %}").endswith("only"):
                loose.append((name(path), call))
    assert loose == []
