"""Read settings from the environment, and refuse the ones that would hurt."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

WEAK = ("changeme", "change-me", "example", "insecure", "secret-key", "password")


def flag(name: str, default: bool = False) -> bool:
    """Return True for 1, true, yes or on; an unknown word is an error, not a no."""
    word = os.environ.get(name, "").strip().lower()
    if word == "":
        return default
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {word!r}.")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """Return a whole number within these bounds; anything else is an error that names the variable."""
    word = os.environ.get(name, "").strip() or str(default)
    if not (word.isascii() and word.isdigit() and least <= int(word) <= most):
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {word!r}.")
    return int(word)


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list without empty items."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """Return one of these words, the first unless another is set; anything else is an error that names them."""
    word = os.environ.get(name, "").strip().lower() or choices[0]
    if word not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(sorted(choices))}, not {word!r}.")
    return word


def token(name: str) -> str:
    """Return a secret word that somebody shows to be let in, or '' where none is set. A weak one is an error."""
    word = os.environ.get(name, "").strip()
    if word and _is_weak(word):
        raise ImproperlyConfigured(f"{name} is too weak: use 32 random characters or more.")
    return word


def address(name: str) -> str:
    """Return an address of the web, or '' where none is set; anything else is an error."""
    word = os.environ.get(name, "").strip()
    parts = urlsplit(word)
    if word and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ImproperlyConfigured(f"{name} must be an address that begins with https:// or http://.")
    return word


def _is_weak(key: str) -> bool:
    return len(key) < 32 or len(set(key)) < 8 or any(word in key.lower() for word in WEAK)


class Keys:
    """The site's secrets: from the environment, or kept in a private file while trying it out.

    `kept_in` is the folder of that file; None (production) means the environment must hold them all.
    """

    def __init__(self, kept_in: Path | None) -> None:
        self.file = kept_in / "keys.json" if kept_in else None

    def get(self, name: str) -> str:
        value = os.environ.get(name, "").strip()
        if value:
            return self._checked(name, value)
        if self.file is None:
            raise ImproperlyConfigured(f"{name} is not set. Make one with: openssl rand -base64 48")
        return self._kept()[name]

    def _checked(self, name: str, value: str) -> str:
        """Refuse short, repetitive or example values, except where the site is only tried out."""
        if self.file is None and any(_is_weak(key.strip()) for key in value.split(",")):
            raise ImproperlyConfigured(
                f"{name} is too weak for a real site: use 32 random characters or more, "
                "for instance from: openssl rand -base64 48"
            )
        return value

    def _kept(self) -> dict[str, str]:
        assert self.file is not None
        try:
            return json.loads(self.file.read_text()) if self.file.exists() else self._make()
        except OSError as error:
            folder = self.file.parent
            raise ImproperlyConfigured(f"LCEP_VAR: {folder} cannot be used ({error.strerror}).") from error

    def _make(self) -> dict[str, str]:
        assert self.file is not None
        self.file.parent.mkdir(parents=True, exist_ok=True)
        made = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY")}
        draft = self.file.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        with suppress(FileExistsError):  # several processes may start at once: the first wins, the others read it
            os.link(draft, self.file)
        draft.unlink()
        return json.loads(self.file.read_text())
