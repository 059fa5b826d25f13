"""Join the small files of `static/css/` into one stylesheet for the site and one for the desk.

Templates link `{% static "site.css" %}` and `{% static "desk.css" %}`; no such file is kept in the
repository. `Finder` offers them to `collectstatic` (which gives them their hash and compresses them),
to `runserver` and to the tests, and builds them anew whenever a source has changed.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SOURCES = Path(settings.BASE_DIR) / "static" / "css"
LAYERS = ("reset", "base", "layout", "components", "utilities")
# In this order; every file that is not named here is a component.
LAYER_OF = {
    "reset": "reset",
    "tokens": "base",
    "base": "base",
    "layout": "layout",
    "utilities": "utilities",
    "print": "utilities",
}
NAMES = ("site.css", "desk.css")


def site() -> str:
    """Return the site's stylesheet: every source that is not the desk's, in its cascade layer."""
    layers = [(LAYER_OF.get(name, "components"), name) for name in [*LAYER_OF, *_components()]]
    ordered = sorted(layers, key=lambda pair: LAYERS.index(pair[0]))
    joined = "\n".join(f"@layer {layer} {{\n{_source(name)}\n}}" for layer, name in ordered)
    return f"@layer {', '.join(LAYERS)};\n{joined}\n"


def desk() -> str:
    """Return the desk's: tokens, the admin made ours, and the site's components inside `.sheet`.

    Django's admin styles stand outside any layer and would win against one, so the components are
    nested in a class: a task page puts its own part into `<div class="sheet">`.
    """
    own = sorted(path.stem for path in SOURCES.glob("desk*.css"))
    nested = "\n".join(_source(name) for name in ["base", "layout", *_components(), "utilities"])
    own_rules = "\n".join(_source(name) for name in own)
    return f"{_source('tokens')}\n{_source('hues')}\n.sheet {{\n{nested}\n}}\n{own_rules}\n"


def _components() -> list[str]:
    names = sorted(path.stem for path in SOURCES.glob("*.css"))
    return [name for name in names if name not in LAYER_OF and not name.startswith("desk")]


def _source(name: str) -> str:
    """Return one source without its comments and indents: they are for its readers, not for the wire."""
    text = re.sub(r"/\*.*?\*/", "", (SOURCES / f"{name}.css").read_text(), flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


class Finder(BaseFinder):
    """Offer the joined stylesheets as if they were files, building what is missing or out of date."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.LCEP_VAR / "stylesheets")

    def check(self, **kwargs: Any) -> list:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:
        """Return the path on disk of a joined stylesheet, or [] for any other name."""
        if path not in NAMES:
            return []
        built = self._built(path)
        return [built] if find_all or kwargs.get("all") else built

    def list(self, ignore_patterns: list[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in NAMES:
            self._built(name)
            yield name, self.storage

    def _built(self, name: str) -> str:
        target = Path(self.storage.path(name))
        text = site() if name == "site.css" else desk()
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".css")
            with os.fdopen(handle, "w") as file:
                file.write(text)
            os.chmod(draft, 0o644)
            os.replace(draft, target)  # two processes may build at once: a reader never meets half a file
        return str(target)


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed names once `collectstatic` has run; before that (tests, a first look) the plain ones."""

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name


def missing() -> str:
    """Say when the site would be served without its collected files (a readiness check), else nothing."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    collected = getattr(staticfiles_storage, "hashed_files", None)
    return "" if settings.TRYING_OUT or collected else "run manage.py collectstatic"
