"""Every door of the site with something behind it, for the tests that walk them all."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    """A named route: `name` with its namespaces, and the names of what its address needs."""

    name: str
    needs: tuple[str, ...]

    def address(self, things: dict[str, object]) -> str:
        """The address with `things` in it: by "name: need", else by need alone."""
        kwargs = {need: things.get(f"{self.name}: {need}", things.get(need)) for need in self.needs}
        missing = [need for need, value in kwargs.items() if value is None]
        if missing:
            raise NoReverseMatch(f"{self.name} needs {missing}: give the tests a row for it")
        return reverse(self.name, kwargs=kwargs)


def named() -> list[Route]:
    """Every named route of the real URLconf, the desk's included, in their order."""
    found: dict[str, Route] = {}
    for pattern, namespaces in _walk(get_resolver().url_patterns, ()):
        if pattern.name:
            name = ":".join([*namespaces, pattern.name])
            found.setdefault(name, Route(name, tuple(pattern.pattern.regex.groupindex)))
    return list(found.values())


def unnamed() -> list[str]:
    return [str(pattern.pattern) for pattern, _ in _walk(get_resolver().url_patterns, ()) if not pattern.name]


def _walk(patterns, namespaces):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield pattern, namespaces
