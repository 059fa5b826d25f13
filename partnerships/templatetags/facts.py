"""Public facts as they are shown: Markdown, sources, addresses of other sites."""

from urllib.parse import urlsplit

from django import template

from trust import text

register = template.Library()
register.filter("markdown", text.html)


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
