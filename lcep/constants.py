"""Settings that are asked for many times a mail: Django looks each up anew, which takes a microsecond."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed


@lru_cache(maxsize=32)
def constant(name: str) -> Any:
    """Return a setting that never changes while the site runs. Raises AttributeError where there is none."""
    return getattr(settings, name)


def _forget(**_: Any) -> None:
    constant.cache_clear()


setting_changed.connect(_forget)  # tests change what else never does
