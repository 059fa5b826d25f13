"""Keep secrets out of logs."""

import logging
import re

# /u/…, /c/…, /r/…, /p/…, /n/…, /f/…, /o/…, /e/…, /cal/…: what follows lets its reader act for a member.
TOKEN_PATH = re.compile(r"/(u|c|r|p|n|f|o|e|cal)/[A-Za-z0-9_\-]{8,}[^\s\"']*")


class HideTokens(logging.Filter):
    """Shorten every token path in a record to `/u/…`."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        shortened = TOKEN_PATH.sub(r"/\1/…", message)
        if shortened != message:
            record.msg, record.args = shortened, None
        return True
