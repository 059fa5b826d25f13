"""Sections that a newsletter needs again and again, written from what the site knows when the button is pressed."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from lcep.site import absolute
from meetings.models import Meeting
from newsletters.words import Part
from partnerships.models import Partnership
from pods.models import Appointment

AHEAD = timedelta(weeks=16)
MOST = 12  # dates in one diary: more are a calendar, which the site has
DIARY = "Dates for the diary"


class Block(NamedTuple):
    """What its button says, and the section it makes."""

    label: str
    made: Callable[[Partnership], Part]


def dates(partnership: Partnership) -> Part:
    """The meetings and events to come that everybody may know of, each linked, so that no date is typed."""
    coming = partnership.meetings.upcoming().public().filter(starts_at__lt=timezone.now() + AHEAD)
    lines = [line(meeting) for meeting in coming.select_related("group")[:MOST]]
    calendar = absolute(reverse("meetings:events", args=[partnership.slug]))
    return Part(DIARY, "\n".join([*lines, "", f"[All our dates and events]({calendar})"]).strip())


def line(meeting: Meeting) -> str:
    """One line of the diary, as Markdown: what, when and where."""
    where = ", online" if not meeting.is_in_person else f", {meeting.place}" if meeting.place else ""
    return f"- [{_plain(str(meeting))}]({absolute(meeting.get_absolute_url())}): {meeting.when}{_plain(where)}"


def chair(partnership: Partnership) -> Part:
    """A place for the Chair's own words, with the name of who signs them, where it may be named in public."""
    seats = Appointment.objects.current().filter(group__partnership=partnership, role=Appointment.Role.CHAIR)
    seat = seats.filter(is_public=True).select_related("member").first()
    signed = f"*{_plain(str(seat.member))}, Independent Chair*" if seat else "*Independent Chair*"
    return Part("From the Chair", f"[...]\n\n{signed}")


def news(partnership: Partnership) -> Part:
    """How readers get their own news into the next issue."""
    send = absolute(reverse("newsletters:send_story", args=[partnership.slug]))
    return Part(
        "Your news here",
        "A project, a job, a call for partners? Send it in a few lines, and it hangs on the noticeboard and goes "
        f"into the next newsletter.\n\n[Send us your news]({send})",
    )


BLOCKS = {
    "chair": Block("From the Chair", chair),
    "dates": Block(DIARY, dates),
    "news": Block("Your news here", news),
}


def _plain(words: str) -> str:
    """Words that Markdown reads as nothing but words."""
    return "".join(f"\\{sign}" if sign in "\\[]*_`<>#" else sign for sign in words)
