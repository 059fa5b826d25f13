"""What `manage.py check` asks of the directory."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError
from django.urls import URLPattern, URLResolver, get_resolver

from partnerships.pages import keeper


def first_words() -> set[str]:
    """Return the first word of every address of the site but a region's: what no region may be called."""
    return {word for word in _first_words(get_resolver().url_patterns) if word and "<" not in word}


def _first_words(patterns: Sequence[Any]) -> Iterable[str]:
    for pattern in patterns:
        word = str(pattern.pattern).partition("/")[0]
        if isinstance(pattern, URLResolver) and not word:
            yield from _first_words(pattern.url_patterns)
        else:
            yield word


def region_is_tried_last(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A region's address fits any first word, so nothing may stand behind it."""
    patterns = list(_flat(get_resolver().url_patterns))
    places = [number for number, pattern in enumerate(patterns) if getattr(pattern, "name", "") == "region"]
    if places == [len(patterns) - 1]:
        return []
    return [Error("The address of a region must be the last of the URLconf.", id="partnerships.E001")]


def _flat(patterns: Sequence[Any]) -> Iterable[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and not str(pattern.pattern):
            yield from _flat(pattern.url_patterns)
        else:
            yield pattern


def no_region_shadows_a_page(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A region called "about" would never be reached. Asked only when a check is given databases."""
    from partnerships.models import Region

    if not databases:
        return []
    try:
        hidden = list(Region.objects.filter(slug__in=first_words()).values_list("slug", flat=True))
    except DatabaseError:  # before the first migration
        return []
    return [
        Error(f"The region {slug!r} can never be opened: /{slug}/ is another page.", id="partnerships.E002")
        for slug in hidden
    ]


def somebody_reads_the_mail(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """/privacy/, /complaints/ and /start/ name whoever keeps the site (asked by `check --deploy`)."""
    if keeper(settings.DEFAULT_FROM_EMAIL):
        return []
    hint = "Set DEFAULT_FROM_EMAIL to an address that a person reads."
    return [
        Warning(
            "The pages about privacy and complaints can name nobody to write to.", hint=hint, id="partnerships.W001"
        )
    ]
