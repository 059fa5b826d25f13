"""Kinds of mail that go to many: who registers one says how its people and its text are found.

`bulk` is called in `AppConfig.ready`. Both functions are called when the mailing is prepared, so what
is planned for Friday is built on Friday.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from lcep.letters import Kind

if TYPE_CHECKING:
    from mailings.message import Message
    from mailings.models import Mailing


@dataclass(frozen=True)
class Bulk:
    """`audience` returns every candidate (Members), annotated `excluded`: empty, or the reason in plain words.

    It may annotate `slots` too: a JSONObject of strings for `slot("…")`. `rendition` returns the Message.
    """

    kind: Kind
    audience: Callable[["Mailing"], QuerySet]
    rendition: Callable[["Mailing"], "Message"]


BULK: dict[str, Bulk] = {}


def bulk(kind: Kind, audience: Callable[["Mailing"], QuerySet], rendition: Callable[["Mailing"], "Message"]) -> None:
    """Let mailings of this kind be scheduled. A second call replaces the first. A secret kind is never bulk."""
    if kind.secret:
        raise ValueError(f"{kind.name}: what is secret goes to one person, as a Letter")
    BULK[kind.name] = Bulk(kind, audience, rendition)
