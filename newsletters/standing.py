"""Where an issue stands, in words: the same sentence in the list, on its page and on the desk."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.timesince import timesince

from mailings.models import Mailing
from mailings.relay import Relay
from newsletters.models import Newsletter
from newsletters.sorting import people

KEPT_FREE = 0.9  # of every limit: the rest is for codes and other single mails


class Standing:
    """`handed_over` is the number of mails the relay has taken."""

    def __init__(self, newsletter: Newsletter, handed_over: int = 0) -> None:
        self.newsletter, self.mailing, self.handed_over = newsletter, newsletter.mailing, handed_over

    @property
    def word(self) -> str:
        """One word or two, for a tag."""
        if self.newsletter.is_draft:
            return "Draft"
        if self.mailing is None:
            return "Sent"
        return {
            Mailing.State.SCHEDULED: "Planned",
            Mailing.State.PREPARING: "Getting ready",
            Mailing.State.SENDING: "On its way",
            Mailing.State.PAUSED: "Paused",
            Mailing.State.DONE: "Sent",
            Mailing.State.STOPPED: "Stopped",
        }[Mailing.State(self.mailing.state)]

    @property
    def hue(self) -> str:
        """The class of the tag; the word says the same."""
        hues = {"Draft": "", "Planned": "warn", "Sent": "ok", "Paused": "danger", "Stopped": "danger"}
        return hues.get(self.word, "done")

    @property
    def sentence(self) -> str:
        newsletter, mailing = self.newsletter, self.mailing
        if newsletter.is_draft:
            return f"Draft, edited {ago(newsletter.edited_at)}{self._by}"
        if newsletter.published_at or mailing is None:
            return f"Sent on {day(newsletter.published_at)}, before it came here"
        begun = mailing.started_at or mailing.send_at
        match mailing.state:
            case Mailing.State.SCHEDULED:
                return f"Goes out on {moment(mailing.send_at)}"
            case Mailing.State.DONE:
                return f"Sent to {people(self.handed_over)} on {day(begun)}"
            case Mailing.State.STOPPED:
                return f"Stopped: it went to {people(self.handed_over)} on {day(begun)}"
            case Mailing.State.PAUSED if mailing.prepared is None:
                return "Paused before it began"
            case Mailing.State.PAUSED:
                return f"Paused: {self.handed_over:,} of {mailing.prepared:,} handed over"
            case _ if mailing.prepared is None:
                return "Getting ready"
        return f"On its way: {self.handed_over:,} of {mailing.prepared:,} handed over"

    @property
    def _by(self) -> str:
        return f" by {self.newsletter.edited_by}" if self.newsletter.edited_by else ""


def ago(at: datetime) -> str:
    """Return "just now", "one minute ago", "2 hours ago"."""
    if timezone.now() - at < timedelta(minutes=1):
        return "just now"
    return f"{timesince(at, depth=1)} ago".replace("1 minute ", "one minute ").replace("\xa0", " ")


def day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}" if at else ""


def moment(at: datetime) -> str:
    """Return "Friday 12 December 2025 at 10:00", London time."""
    return f"{timezone.localtime(at):%A %-d %B %Y at %H:%M}"


def takes(count: int, limits: Mapping[str, int | None] | None = None) -> str:
    """Say how long so many mails take by the limits of the way out, a tenth of it kept for codes; '' within an hour."""
    known = Relay.of_site().limits if limits is None else limits
    slowest = ("", 0, 0.0)
    for name, per, hours in (
        ("per_second", "a second", 1 / 3600),
        ("per_hour", "an hour", 1),
        ("per_day", "a day", 24),
    ):
        limit = known.get(name)
        if limit and count * hours / (limit * KEPT_FREE) > slowest[2]:
            slowest = (per, limit, count * hours / (limit * KEPT_FREE))
    per, limit, hours = slowest
    if hours <= 1:
        return ""
    long = f"{round(hours)} hours" if hours < 36 else f"{round(hours / 24)} days"
    return f"It takes about {long}: your mail provider takes {limit:,} mails {per}."
