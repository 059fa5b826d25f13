"""A calendar to subscribe to, known by its ETag before its bytes are made.

Programs ask for it many times a day and nearly always have it. Their answer costs one query: the ETag is of the very
values that the bytes are made of, and of how they are made, so that no change can go unseen, whoever made it.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from meetings import ics
from meetings.ics import Shown

PAST = timedelta(days=60)
CALLED_OFF = timedelta(days=30)  # a calendar that reads once a day must meet a cancelled entry
# Times as the database writes them: they are read when an entry is made, and not when it is only compared.
TIMES = {"began": Cast("starts_at", TextField()), "ended": Cast("ends_at", TextField())}
TIMES |= {"revised": Cast("revised_at", TextField())}
NAMED = {"starts_at": "began", "ends_at": "ended", "revised_at": "revised", "group": "group__name"}
NAMED |= {"partnership": "partnership__name"}
COLUMNS = [NAMED.get(name, name) for name in Shown._fields]


class Feed:
    """The dates of these meetings: what is still ahead, sixty days back, and thirty days of what was called off."""

    def __init__(self, name: str, meetings, *, inside: bool = False) -> None:
        """Read the rows. `inside` tells where groups meet, too."""
        now = timezone.now()
        shown = meetings.filter(ends_at__gt=now - PAST).exclude(status="cancelled", cancelled_at__lt=now - CALLED_OFF)
        rows = shown.annotate(**TIMES).order_by("starts_at", "pk").values_list(*COLUMNS)
        self.name, self.inside, self.rows = name, inside, list(rows)

    @property
    def made_of(self) -> str:
        """All that the bytes depend on. Two feeds of which this is the same are the same, byte for byte."""
        return repr((ics.MADE, settings.SITE_URL, self.name, self.inside, self.rows))

    def text(self) -> str:
        return ics.feed(self.name, [self._shown(row) for row in self.rows])

    def _shown(self, row: tuple) -> Shown:
        said = Shown(*row)
        times = {name: _moment(getattr(said, name)) for name in ("starts_at", "ends_at", "revised_at")}
        return said._replace(**times) if self.inside else said._replace(**times).outside()


def _moment(written: str) -> datetime:
    """What SQLite writes has no zone, and is UTC; PostgreSQL writes its own."""
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
