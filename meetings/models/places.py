"""Places at a meeting: how many, for whom, and who comes next when one is free.

Every verb here is called with the meeting's row locked. An event offers a free place for a stated time, because
plans change in a month; a group's meeting, and an event within twelve hours, gives it at once.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from meetings.models.announcements import Announcement, What
from meetings.models.meetings import Meeting
from meetings.models.refusals import NotNow
from members.models import Member
from partnerships.models.organisations import Sector
from trust.models import Entry
from trust.privacy import IMPERSONAL

if TYPE_CHECKING:
    from meetings.models.invitations import Invitation

OFFERED = timedelta(hours=24)
OFFERED_LATE = timedelta(hours=4)
LATE = timedelta(hours=48)  # before the meeting
AT_ONCE = timedelta(hours=12)
NIGHT_ENDS, NIGHT_BEGINS = 10, 21  # nobody loses a place while asleep


class SectorPlaces(models.Model):
    """At most so many people of one sector, to keep a balance. A sector without a row has no limit of its own."""

    privacy = IMPERSONAL

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="sector_places")
    sector = models.CharField(max_length=20, choices=Sector)
    places = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["sector"]
        constraints = [models.UniqueConstraint(fields=["meeting", "sector"], name="one_limit_per_sector")]

    def __str__(self) -> str:
        return f"{self.get_sector_display()}: {self.places}"


class Room:
    """The places of one meeting as they are taken now: by those who come, and by those one is held for."""

    def __init__(self, meeting: Meeting) -> None:
        self.capacity = meeting.capacity
        self.limits = dict(meeting.sector_places.values_list("sector", "places"))
        held = Q(waiting_since=None) | Q(offered_until__isnull=False)
        rows = meeting.invitations.live().filter(held, reply="yes")
        self.taken: Counter[str] = Counter(rows.values_list("member__sector", flat=True))

    @property
    def free(self) -> int | None:
        """How many places there are still; None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken.total())

    def has_place_for(self, sector: str) -> bool:
        return self.free != 0 and (sector not in self.limits or self.taken[sector] < self.limits[sector])

    def take(self, sector: str) -> None:
        self.taken[sector] += 1


def settle(meeting: Meeting, *, capacity: int | None, limits: dict[str, int], by: Member) -> None:
    """Say how many places there are, and how many at most for a sector. Nobody who has one loses it; free ones go
    to those who wait. Raises NotNow when it is over.
    """
    with transaction.atomic():
        row = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if not row.is_ahead:
            raise NotNow("It is over, or it was called off.")
        Meeting.objects.filter(pk=row.pk).update(capacity=capacity)
        row.capacity = capacity
        row.sector_places.exclude(sector__in=limits).delete()
        for sector, places in limits.items():
            row.sector_places.update_or_create(sector=sector, defaults={"places": places})
        promote(row)
        Entry.record("settled the places of", row, by=by)
    meeting.refresh_from_db()


def is_full(meeting: Meeting, member: Member) -> bool:
    """Whether a yes of theirs waits: no place is free for them, or it is the turn of somebody who waits."""
    room = Room(meeting)
    waiting = meeting.invitations.waiting().filter(offered_until=None).values_list("member__sector", flat=True)
    return not room.has_place_for(member.sector) or any(map(room.has_place_for, waiting))


def promote(meeting: Meeting) -> int:
    """Give or offer free places to those who have waited longest, tell them, and return to how many.

    Whoever's sector is full is passed over and keeps their turn. Called wherever a place is freed.
    """
    room, count = Room(meeting), 0
    until = offer_ends(meeting)
    for row in meeting.invitations.waiting().filter(offered_until=None).select_related("member"):
        if room.free == 0:
            break
        if room.has_place_for(row.member.sector):
            room.take(row.member.sector)
            _give(row, meeting, until)
            count += 1
    return count


def lapse(meeting: Meeting) -> int:
    """End the offers whose time is over, tell whom they were made to, and pass the places on; return how many.

    They leave the list, and one press on their page puts them at its end: nobody is offered a place twice unasked.
    """
    if not meeting.is_ahead:
        return 0
    now = timezone.now()
    over = list(meeting.invitations.live().filter(offered_until__lte=now).select_related("member"))
    for row in over:
        again = f"{row.offered_until:%Y%m%d%H%M%S%f}"
        rows = meeting.invitations.filter(pk=row.pk)
        rows.update(reply="maybe", how="", waiting_since=None, offered_until=None)
        Announcement.make(What.LAPSED, meeting=meeting, by=None, only=row.member, again=again)
    if over:
        promote(meeting)
    return len(over)


def offer_ends(meeting: Meeting) -> datetime | None:
    """Until when an offer made now holds; None where a place is given at once. Never in the night."""
    assert meeting.starts_at is not None
    now = timezone.now()
    ahead = meeting.starts_at - now
    if meeting.group_id is not None or ahead <= AT_ONCE:
        return None
    ends = timezone.localtime(now + (OFFERED_LATE if ahead <= LATE else OFFERED))
    if ends.hour >= NIGHT_BEGINS:
        ends += timedelta(days=1)
    if ends.hour >= NIGHT_BEGINS or ends.hour < NIGHT_ENDS:
        ends = ends.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
    return min(ends, meeting.starts_at)


def _give(row: "Invitation", meeting: Meeting, until: datetime | None) -> None:
    rows: Any = meeting.invitations.filter(pk=row.pk)
    again = f"{row.waiting_since:%Y%m%d%H%M%S%f}"
    if until is None:
        rows.update(waiting_since=None)
        Announcement.make(What.PLACE, meeting=meeting, by=None, only=row.member, again=again)
    else:
        rows.update(offered_until=until)
        Announcement.make(What.OFFER, meeting=meeting, by=None, only=row.member, again=again)
