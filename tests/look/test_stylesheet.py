"""One stylesheet out of many small files, in layers, with or without collectstatic."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.templatetags.static import static

from lcep import stylesheet
from tests.look.paint import CSS

SHEETS = {"site.css": stylesheet.site, "desk.css": stylesheet.desk}


@pytest.mark.parametrize("name", SHEETS)
def test_every_bracket_is_closed_and_every_declaration_whole(name):
    text = SHEETS[name]()
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert "/*" not in text and "*/" not in text
    for block in re.findall(r"\{([^{}]*)\}", text):
        for declaration in filter(str.strip, re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "()", block).split(";")):
            assert re.match(r"\s*(--)?[\w-]+\s*:\s*\S", declaration), declaration


def test_layers_are_named_once_and_in_order():
    text = stylesheet.site()
    assert text.startswith("@layer reset, base, layout, components, utilities;")
    used = re.findall(r"@layer (\w+) \{", text)
    assert used == sorted(used, key=stylesheet.LAYERS.index)


def test_every_source_is_in_the_sheet_it_belongs_to():
    for path in CSS.glob("*.css"):
        first = next(line.strip() for line in stylesheet._source(path.stem).splitlines())
        sheet = stylesheet.desk() if path.stem.startswith("desk") else stylesheet.site()
        assert first in sheet, path.name


def test_every_token_that_is_used_exists():
    for build in SHEETS.values():
        text = build()
        made = set(re.findall(r"(--[\w-]+):", text))
        assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= made


@pytest.mark.parametrize("name", SHEETS)
def test_it_is_light_enough_for_a_first_visit(name):
    assert len(gzip.compress(SHEETS[name]().encode())) <= 12_000


def test_each_source_opens_with_a_comment_that_says_what_it_is():
    assert [path.name for path in CSS.glob("*.css") if not path.read_text().startswith("/*")] == []


def test_it_is_found_without_collectstatic_and_follows_its_sources(tmp_path, monkeypatch):
    for name in SHEETS:
        assert Path(finders.find(name)).read_text() == SHEETS[name]()
    monkeypatch.setattr(stylesheet, "SOURCES", tmp_path)
    for path in CSS.glob("*.css"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "bunting.css").write_text("/* Bunting */\n.bunting { color: var(--ink); }")
    assert ".bunting" in Path(finders.find("site.css")).read_text()


def test_another_name_is_left_to_the_other_finders():
    assert stylesheet.Finder().find("icon.svg") == []
    assert finders.find("icon.svg").endswith("static/icon.svg")


def test_before_collectstatic_pages_link_the_plain_name():
    staticfiles_storage.hashed_files.clear()
    assert static("site.css") == "/static/site.css"


def test_collectstatic_gives_it_a_hash_and_compresses_it(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    hashed = [path.name for path in tmp_path.iterdir() if re.fullmatch(r"site\.[0-9a-f]{12}\.css", path.name)]
    assert len(hashed) == 1
    assert (tmp_path / f"{hashed[0]}.gz").exists()


def test_the_site_says_when_its_files_were_not_collected(settings):
    staticfiles_storage.hashed_files.clear()
    settings.TRYING_OUT = False
    assert stylesheet.missing() == "run manage.py collectstatic"
    settings.TRYING_OUT = True
    assert stylesheet.missing() == ""
