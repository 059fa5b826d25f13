"""The way out, as EMAIL_URL names it. Passwords stay in the environment: the Route row has none.

`smtp://user:password@host:port?tls=starttls&connections=4&each=2&per_connection=1000&per_hour=…&per_day=…`
`smtps://…` (encrypted from the first byte) · `backend+dotted.path.EmailBackend://` (any other e-mail
backend of Django, as a plain way out: one mail at a time, without the limits of SMTP's replies).

`connections` is how many all senders of all hosts may open together, `each` how many one process opens
(without it all that are free; with it, a process that has much to send has others join),
`per_connection` how many mails go down one of them; `per_second`, `per_hour` and `per_day` are the
relay's limits, and `reserve` the percent of them kept for service mail.

`tls` is `starttls` (refuse to go on unless the server encrypts and its certificate is good), `off`, or
`offered` (encrypt if it is offered). Without it: starttls where there is a password or the port is
587, off on this machine, offered otherwise.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mailings.models.senders import Route

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LIMITS = ("per_second", "per_hour", "per_day", "connections", "per_connection", "reserve")


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over. `limits` are those the URL names; the others are the row's."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "off"  # off, offered, starttls, implicit
    backend: str = ""
    limits: dict[str, int] = field(default_factory=dict, hash=False)
    each: int | None = None  # connections of one process; None: all that are free
    name: str = "main"

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK

    @classmethod
    def of_site(cls) -> "Relay":
        return _read(settings.EMAIL_URL)

    @classmethod
    def read(cls, url: str, name: str = "main") -> "Relay":
        """Return the relay an EMAIL_URL names. Raises ImproperlyConfigured in words that say what is wrong."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        unknown = set(options) - {*LIMITS, "tls", "each"}
        if unknown:
            raise ImproperlyConfigured(f"EMAIL_URL has an option nobody knows: {', '.join(sorted(unknown))}")
        limits = {option: _number(option, options[option]) for option in LIMITS if option in options}
        each = _number("each", options["each"]) if "each" in options else None
        if parts.scheme.startswith("backend+"):
            # urlsplit lower-cases the scheme, and names of classes have capitals.
            backend = url.removeprefix("backend+").partition("://")[0]
            return cls(backend=backend, limits={"connections": 1} | limits, name=name)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtps:// or backend+dotted.path://")
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
        found = cls(
            parts.hostname,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            limits=limits,
            name=name,
            each=each,
        )
        return cls(
            **{**vars(found), "tls": "implicit" if parts.scheme == "smtps" else found._tls(options.get("tls", ""))}
        )

    def route(self) -> Route:
        """Return this relay's row, made the first time and brought in step with the limits the URL names."""
        route, _ = Route.objects.get_or_create(name=self.name, defaults=self.limits)
        changed = {name: value for name, value in self.limits.items() if getattr(route, name) != value}
        if changed:
            Route.objects.filter(pk=route.pk).update(**changed)
            route.refresh_from_db()
        return route

    def _tls(self, asked: str) -> str:
        if asked not in {"", "off", "offered", "starttls"}:
            raise ImproperlyConfigured(f"EMAIL_URL: tls is starttls, offered or off, not {asked!r}")
        if asked:
            return asked
        if self.is_loopback:
            return "off"
        return "starttls" if self.password or self.port == 587 else "offered"


@lru_cache(maxsize=4)
def _read(url: str) -> Relay:
    return Relay.read(url)


def _number(option: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000_000:
        raise ImproperlyConfigured(f"EMAIL_URL: {option} is a whole number, not {text!r}")
    return int(text)
