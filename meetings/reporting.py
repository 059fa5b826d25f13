"""The report to Steering, drafted from what was recorded."""

from collections import Counter

from django.utils import timezone

from meetings.models import Attendance, FollowUp, Meeting, MinutesRevision, PodReport
from partnerships.models.organisations import Sector
from pods.models import Group


def draft(group: Group) -> str:
    """Return in sentences what the group did since its last report: meetings, who came, outcomes, what is next."""
    before = PodReport.latest_of(group)
    met = Meeting.objects.filter(group=group, status=Meeting.Status.HELD).order_by("starts_at")
    if before and before.sent_at:
        met = met.filter(held_at__gt=before.sent_at)
    said = [line for meeting in list(met)[-4:] for line in _of(meeting)]
    follow_ups = FollowUp.objects.open().filter(group=group).count()
    if follow_ups:
        said.append(f"{follow_ups} follow-up{' is' if follow_ups == 1 else 's are'} under way.")
    coming = Meeting.objects.filter(group=group).upcoming().first()
    if coming and coming.starts_at:
        said.append(f"We meet next on {timezone.localtime(coming.starts_at):%A %-d %B}.")
    return "\n\n".join(said)


def _of(meeting: Meeting) -> list[str]:
    there = meeting.attendances.exclude(how=Attendance.How.APOLOGIES)
    people = there.count() + meeting.others
    assert meeting.starts_at is not None
    day = f"{timezone.localtime(meeting.starts_at):%-d %B}"
    sentence = f"We met on {day}: {people} {'person' if people == 1 else 'people'}"
    sectors = Counter(sector for sector in there.values_list("sector", flat=True) if sector)
    if sectors:
        labels = dict(Sector.choices)
        named = [f"{count} {labels[sector]}" for sector, count in sectors.most_common()]
        sentence += f" ({', '.join(named)})"
    minutes = MinutesRevision.latest(meeting)
    return [f"{sentence}.", *([minutes.text] if minutes and minutes.text else [])]
