"""Markdown as text to be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletters.plain import text


@pytest.mark.parametrize(
    ("markdown", "says"),
    [
        ("A **bold** *word*", "A bold word"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one\ntwo"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("[words](https://example.org/a)", "words <https://example.org/a>"),
        ("<https://example.org/ü>", "https://example.org/ü"),
        ("[https://example.org](https://example.org)", "https://example.org"),
        ("<ada@example.org>", "ada@example.org"),
        ("[write to us](mailto:ada@example.org)", "write to us <ada@example.org>"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](foo:bar)", "x"),
        ("[](https://example.org)", "https://example.org"),
        ("![a picture](https://example.org/p.png)", ""),
        ("- a\n- b", "- a\n- b"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("- a\n  - b\n    1. c", "- a\n  - b\n    1. c"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("> q\n>\n> r", "> q\n>\n> r"),
        ("    code\n    more", "    code\n    more"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("| A | B |\n|---|---|\n| 1 | **2** |", "A | B\n1 | 2"),
        ("# Title\n\nwords", "Title\n\nwords"),
        ("&lt;b&gt; &amp; `<i>`", "<b> & <i>"),
        ("{{ x }} {% y %}", "{{ x }} {% y %}"),
        ("", ""),
        ("\n\n\n", ""),
    ],
)
def test_it_reads_well(markdown, says):
    assert text(markdown) == says


def test_a_heading_of_the_second_level_is_underlined():
    assert text("## Title", first_heading=2) == "Title\n-----"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n*_#>-1.[]()`|<>!&\\~\t"), max_size=120))
def test_anything_can_be_read(markdown):
    written = text(markdown)
    assert not written.startswith("\n")
    assert "\n\n\n" not in written or "`" in markdown or "    " in markdown or "\t" in markdown or "~" in markdown
