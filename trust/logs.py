"""Keep secrets and people's addresses out of logs, in whatever part of a line they stand."""

import json
import logging
import re
import time

from trust.tokens import DOORS

# /u/…, /c/…, /cal/…: what follows lets its reader act for a member.
TOKEN_PATH = re.compile(rf"/({'|'.join(DOORS)})/[A-Za-z0-9_\-]{{8,}}[^\s\"']*")
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@(?=[^\s<>()\[\]\"',;:]+\.)")


def discreet(text: str) -> str:
    """Return a line with `/u/…` for every path that carries a token, and `…@example.org` for every address."""
    return ADDRESS.sub("…@", TOKEN_PATH.sub(r"/\1/…", text))


class Lines(logging.Formatter):
    """Lines for people. What an exception says, the database's words included, is made discreet as well."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return what is said as one line, whatever somebody typed."""
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


class Json(logging.Formatter):
    """One object a line, for machines: `at` (ISO 8601, UTC), `level`, `logger`, `message`, `trace` of an exception."""

    default_msec_format = "%s.%03dZ"
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    converter = time.gmtime  # type: ignore[assignment]  # typeshed: of one number only

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        if record.exc_info:
            said["trace"] = discreet(self.formatException(record.exc_info))
        return json.dumps(said)
