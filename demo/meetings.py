"""When the groups of the story met and will meet: placed on school days around today, with answers and records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from demo.mailing_list import chance, said
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from meetings.models import AgendaItem, Attendance, FollowUp, Invitation, Meeting, MinutesRevision, PodReport
from members.models import Member
from partnerships.models import Partnership
from pods.models import Appointment, Group

TIME = time(16)
LENGTH = timedelta(minutes=90)
APART = timedelta(weeks=10)


@dataclass
class Story:
    """The meetings of one group: those that were, and one to come unless its leaders are about to plan it."""

    group: Group
    told: dict[str, Any]
    days: SchoolDays

    def tell(self) -> None:
        last = self.days.on_or_before(today() - DAY * self.told["last"])
        days = [last]
        for _ in self.told["met"][1:]:
            days.append(self.days.on_or_before(days[-1] - APART))
        for day, words in zip(reversed(days), reversed(self.told["met"]), strict=True):
            self._held(day, words, is_last=day == last)
        if ahead := self.told.get("next"):
            self._planned(self.days.on_or_after(today() + DAY * ahead))

    def _held(self, day: date, words: dict[str, Any], *, is_last: bool) -> None:
        meeting = self._meeting(day, "held", place=words["place"])
        people = self._people(day)
        there = [member for member in people if chance(member.name, str(day)) < 0.75]
        self._invite(meeting, people, there, before=5)
        Attendance.objects.bulk_create(
            Attendance(
                meeting=meeting,
                member=member,
                how=Attendance.How.IN_PERSON,
                organisation=str(member.organisation or ""),
                sector=member.sector,
            )
            for member in there
        )
        after = self._at(day) + timedelta(days=2)
        MinutesRevision.objects.create(meeting=meeting, number=1, text=words["outcome"], by=self._leader, at=after)
        if not is_last:
            Meeting.objects.filter(pk=meeting.pk).update(minutes_agreed=1, minutes_agreed_at=after)
        for number, text in enumerate(words.get("follow_ups", [])):
            due = self.days.on_or_after(day + DAY * (21 + 14 * number))
            FollowUp.objects.create(
                group=self.group,
                meeting=meeting,
                text=text,
                owner=there[number % len(there)] if there else None,
                due_on=due,
                done_on=None if is_last else due,
                made_by=self._leader,
            )
        if self.group.kind == Group.Kind.POD:
            PodReport.objects.create(
                group=self.group, text=words["outcome"], sent_at=after, sent_by=self._leader, made_at=after
            )

    def _planned(self, day: date) -> None:
        meeting = self._meeting(day, "scheduled", place=self.told.get("place", ""))
        people = self._people(today())
        yes = [member for member in people if chance(member.name, "comes") < 0.5]
        self._invite(meeting, people, yes, before=3, until=today())
        for position, title in enumerate(self.told.get("agenda", [])):
            AgendaItem.objects.create(meeting=meeting, position=position, title=title)

    def _meeting(self, day: date, status: str, *, place: str) -> Meeting:
        starts = self._at(day)
        planned = starts - timedelta(weeks=5)
        return Meeting.objects.create(
            group=self.group,
            status=status,
            starts_at=starts,
            ends_at=starts + LENGTH,
            mode=self.told.get("mode", Group.Mode.IN_PERSON),
            place=place,
            held_at=starts + timedelta(days=2) if status == "held" else None,
            made_by=self._leader,
            made_at=min(planned, timezone.now() - timedelta(days=8)),
            revised_at=min(planned, timezone.now() - timedelta(days=8)),
            **Meeting.named(self.group.partnership),
        )

    def _invite(
        self, meeting: Meeting, people: list[Member], yes: list[Member], *, before: int, until: date | None = None
    ) -> None:
        """Most have answered: those who come, and some who cannot."""
        assert meeting.starts_at is not None
        said_at = min(meeting.starts_at - timedelta(days=before), timezone.now() - timedelta(days=1))
        answers = {member.pk: "yes" for member in yes}
        for member in people:
            if member.pk not in answers and chance(member.name, str(meeting.starts_at.date()), "no") < 0.5:
                answers[member.pk] = "no" if until is None or chance(member.name, "no") < 0.6 else "maybe"
        Invitation.objects.bulk_create(
            Invitation(
                meeting=meeting,
                member=member,
                invited_at=meeting.made_at,
                reply=answers.get(member.pk, ""),
                replied_at=said_at if member.pk in answers else None,
                source=Invitation.Source.PAGE if member.pk in answers else "",
            )
            for member in people
        )

    def _people(self, day: date) -> list[Member]:
        """Who was in the group on that day."""
        belonged = self.group.memberships.filter(Q(left_on=None) | Q(left_on__gte=day))
        held = Appointment.objects.on(day).filter(group=self.group)
        either = Q(pk__in=belonged.values("member")) | Q(pk__in=held.values("member"))
        return list(Member.objects.filter(either, erased_at=None).select_related("organisation").order_by("name"))

    def _at(self, day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, self.told.get("at", TIME)))

    @property
    def _leader(self) -> Member | None:
        return self.group.runners().order_by("pk").first()


def tell(leeds: Partnership, days: SchoolDays) -> None:
    """Tell of the meetings of every group there is something said about."""
    for group, told in _groups(leeds):
        if not Meeting.objects.filter(group=group).exists():
            Story(group, told, days).tell()


def _groups(leeds: Partnership) -> Iterator[tuple[Group, dict[str, Any]]]:
    for told in said("meetings")["group"]:
        kind, position = told["kind"], told.get("position")
        groups = leeds.groups.filter(kind=kind, until_on=None)
        group = (groups.filter(priority__position=position) if position else groups).first()
        if group:
            yield group, told
