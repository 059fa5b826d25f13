"""A meeting of a group; with no group, an event for everyone."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from meetings.models.announcements import Announcement, What
from meetings.models.changes import MeetingChange
from meetings.models.queries import MeetingQuerySet
from meetings.models.refusals import NotNow, Planned
from meetings.models.rules import RULES
from meetings.models.shape import Shape
from members.models import Member
from partnerships.models import Partnership
from pods.models import Group
from trust.models import Entry

MISTAKES = timedelta(hours=48)  # a meeting said to be held can be opened again for so long


class Meeting(Shape):
    """Its state is changed by verbs alone. `uid` names it in every calendar for ever; `sequence` only grows.

    A blank place means that the venue follows, a blank link that the link does.
    """

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["partnership", "starts_at"], name="meetings_of_a_partnership")]
        constraints = RULES

    def is_run_by(self, member) -> bool:
        return Meeting.objects.run_by(member).filter(pk=self.pk).exists()

    def is_open_inside_to(self, member) -> bool:
        return Meeting.objects.open_inside_to(member).filter(pk=self.pk).exists()

    @classmethod
    def schedule(cls, group: Group, *, starts_at: datetime, by: Member, seen: int, **details) -> "Meeting":
        """Plan the group's next meeting and tell everybody in it. `details` are fields: minutes, mode, place, ...

        `seen` is `latest_of(group)` as it was when the planner looked: of two who plan at once, the second
        hears Planned. Pressed twice with the same time, there is one meeting. Raises NotNow for a time gone by.
        """
        if starts_at <= timezone.now():
            raise NotNow("That time is over.")
        minutes = details.pop("minutes", None) or group.usual_minutes
        with transaction.atomic():
            Group.objects.select_for_update().get(pk=group.pk)
            same = cls.objects.filter(group=group, starts_at=starts_at, status=cls.Status.SCHEDULED).first()
            if same:
                return same
            newer = cls.objects.filter(group=group, pk__gt=seen, status=cls.Status.SCHEDULED).first()
            if newer:
                raise Planned(newer)
            meeting = cls.objects.being_planned().filter(group=group).first() or cls.begin(group, by=by)
            for field, value in details.items():
                setattr(meeting, field, value)
            meeting.starts_at, meeting.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
            meeting.status, meeting.revised_at = cls.Status.SCHEDULED, timezone.now()
            meeting.save()
            meeting.invitations.invite(meeting)
            Announcement.make(What.INVITATION, meeting=meeting, by=by)
            Entry.record("planned", meeting, by=by)
        return meeting

    @classmethod
    def plan_event(
        cls, partnership: Partnership, *, starts_at: datetime, minutes: int, by: Member, **details
    ) -> "Meeting":
        """Plan an event for everyone. It stands on the page of dates; nobody is invited yet. The same title at the
        same time is the same event. Raises NotNow for a time gone by.
        """
        if starts_at <= timezone.now():
            raise NotNow("That time is over.")
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=partnership.pk)
            same = cls.objects.filter(partnership=partnership, group=None, starts_at=starts_at, title=details["title"])
            found = same.filter(status=cls.Status.SCHEDULED).first()
            if found:
                return found
            event = cls.objects.create(
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=minutes),
                status=cls.Status.SCHEDULED,
                made_by=by,
                **cls.named(partnership),
                **details,
            )
            Entry.record("planned", event, by=by)
        return event

    @classmethod
    def begin(cls, group: Group, *, by: Member | None, follows: "Meeting | None" = None) -> "Meeting":
        """Return the meeting of the group that is being planned, making it if there is none."""
        with transaction.atomic():
            Group.objects.select_for_update().get(pk=group.pk)
            open_one = cls.objects.being_planned().filter(group=group).first()
            return open_one or cls.objects.create(
                group=group, mode=group.usual_mode, made_by=by, follows=follows, **cls.named(group.partnership)
            )

    @staticmethod
    def named(partnership: Partnership) -> dict[str, Any]:
        """The fields that name a new meeting of this partnership in calendars for ever (RFC 5545 3.8.4.7)."""
        return {
            "partnership": partnership,
            "uid": f"meeting-{uuid.uuid4()}@{settings.SITE_HOST}",
            "organiser": partnership.mail_address,
        }

    @staticmethod
    def latest_of(group: Group) -> int:
        """Return a number that grows whenever a meeting of the group is made."""
        return Meeting.objects.filter(group=group).order_by("-pk").values_list("pk", flat=True).first() or 0

    def move(self, *, starts_at: datetime, by: Member, sequence: int, ends_at: datetime | None = None) -> None:
        """Hold it at another time: the old time stays on record and everybody invited is told and asked again.

        `sequence` is the one the mover looked at: of two who move at once, the second hears Planned. Moving it
        to where it is changes nothing. Raises NotNow for a meeting that is over, cancelled or not planned.
        """
        if starts_at <= timezone.now():
            raise NotNow("That time is over.")
        with transaction.atomic():
            row = self._locked()
            if not row.is_ahead:
                raise NotNow("Only a meeting that is still to come can be moved.")
            ends_at = ends_at or starts_at + row.length
            if (row.starts_at, row.ends_at) != (starts_at, ends_at):
                if row.sequence != sequence:
                    raise Planned(row)
                MeetingChange.keep(row, by=by)
                row.starts_at, row.ends_at = starts_at, ends_at
                row.sequence = row.moved_sequence = row.sequence + 1
                row._revise("starts_at", "ends_at", "sequence", "moved_sequence")
                Announcement.make(What.MOVED, meeting=row, by=by)
                Entry.record("moved", row, by=by)
        self.refresh_from_db()

    def settle_venue(self, *, by: Member, tell: bool, **details) -> None:
        """Say where it is, or how one joins it. A first venue keeps the sequence; another one raises it.

        `tell` sends everybody invited the news; another venue is always told. Raises NotNow when it is over.
        """
        with transaction.atomic():
            row = self._locked()
            if not row.is_ahead:
                raise NotNow("Only a meeting that is still to come can get a venue.")
            elsewhere = _is_elsewhere(row, details)
            changed = any(getattr(row, name) != value for name, value in details.items())
            if elsewhere:
                MeetingChange.keep(row, by=by)
                row.sequence += 1
            for name, value in details.items():
                setattr(row, name, value)
            row._revise(*details, "sequence")
            if changed and (tell or elsewhere):
                Announcement.make(What.VENUE, meeting=row, by=by)
            if changed:
                Entry.record("settled the venue of", row, by=by)
        self.refresh_from_db()

    def cancel(self, *, by: Member, reason: str) -> None:
        """Call it off and tell everybody invited. A second call changes nothing. Final: plan another instead.

        Raises NotNow for a meeting that took place.
        """
        with transaction.atomic():
            row = self._locked()
            if row.is_cancelled:
                return
            if row.is_held or row.is_over:
                raise NotNow("It is over already.")
            told = row.is_planned
            row.status, row.cancelled_at, row.cancel_reason = self.Status.CANCELLED, timezone.now(), reason
            row.sequence += 1
            row._revise("status", "cancelled_at", "cancel_reason", "sequence")
            if told or row.announcements.exists():
                Announcement.make(What.CANCELLED, meeting=row, by=by)
            Entry.record("cancelled", row, by=by)
        self.refresh_from_db()

    def hold(self, *, by: Member) -> None:
        """Say that it took place. A second call changes nothing. Raises NotNow before it begins."""
        with transaction.atomic():
            row = self._locked()
            if row.is_held:
                return
            if not row.is_planned or (row.starts_at and row.starts_at > timezone.now()):
                raise NotNow("It has not begun yet." if row.is_planned else "It did not take place.")
            row.status, row.held_at = self.Status.HELD, timezone.now()
            row.save(update_fields=["status", "held_at"])
            Entry.record("recorded", row, by=by)
        self.refresh_from_db()

    def open_again(self, *, by: Member) -> None:
        """Take back that it took place, within two days: a mistake. Raises NotNow later."""
        with transaction.atomic():
            row = self._locked()
            if not row.is_held:
                return
            if row.held_at and row.held_at < timezone.now() - MISTAKES:
                raise NotNow("It was recorded more than two days ago.")
            row.status, row.held_at = self.Status.SCHEDULED, None
            row.save(update_fields=["status", "held_at"])
            Entry.record("opened again", row, by=by)
        self.refresh_from_db()

    def _revise(self, *fields: str) -> None:
        """Save what calendars show of it."""
        self.revised_at = timezone.now()
        self.save(update_fields=[*fields, "revised_at"])

    def _locked(self) -> "Meeting":
        return Meeting.objects.select_for_update().get(pk=self.pk)


def _is_elsewhere(meeting: Meeting, details: dict[str, Any]) -> bool:
    """Whether somebody who relied on what was said would now go to the wrong place, or stay at home."""
    if "mode" in details and details["mode"] != meeting.mode:
        return True
    return bool(meeting.place) and details.get("place", meeting.place) != meeting.place
