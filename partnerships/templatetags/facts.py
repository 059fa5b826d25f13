"""Public facts as they are shown: Markdown, sources, addresses of other sites."""

from calendar import month_name
from typing import Any
from urllib.parse import urlsplit

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from partnerships.models import Partnership
from trust import text

register = template.Library()
register.filter("markdown", text.html)
register.filter("data_block", text.data_block)


@register.filter
def sources(written: str) -> list[dict[str, str]]:
    """Split "https://a.org/x; A report" into rows with `name` and, where it is an address, `href`."""
    rows: list[dict[str, str]] = []
    for part in filter(None, (part.strip() for part in written.split(";"))):
        is_address = part.startswith(("https://", "http://")) and " " not in part
        name = host(part) if is_address else part
        before = sum(row["site"] == name for row in rows)
        # Two pages of one site are two links, and two links need two names.
        shown = f"{name} ({before + 1})" if before else name
        rows.append({"name": shown, "site": name, "href": part if is_address else ""})
    return rows


@register.filter
def host(address: str) -> str:
    """Return the name of a site as people say it: "leeds33.com"; of no address, nothing."""
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")


@register.filter
def when(known: str) -> str:
    """Return a date as far as it is known in words: "2016-06" as June 2016, "2023" and anything else as it is."""
    year, _, month = known.partition("-")
    if not (year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        return known
    return f"{month_name[int(month)]} {year}"


@register.filter
def card(partnership: Partnership) -> SafeString:
    """Draw a partnership's card in a list. A row that stays in memory for a moment is drawn once in that moment."""
    drawn = partnership.__dict__.get("_card")
    if drawn is None:
        drawn = partnership.__dict__["_card"] = render_to_string(
            "partnerships/_card.html", {"partnership": partnership}
        )
    return drawn


@register.filter
def drawn(field: BoundField) -> SafeString:
    """Draw a field of the directory's search; without a mistake, once for each choice while the directory is kept."""
    form: Any = field.form
    value = str(field.value() or "")
    if form.errors or (value and field.name == "q"):
        return as_crispy_field(field)
    kept = form.directory.drawn
    if (field.name, value) not in kept:
        kept[field.name, value] = as_crispy_field(field)
    return kept[field.name, value]
