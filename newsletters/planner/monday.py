"""The summary of a manager's week: what needs her, on the first of her working days, if anything does."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lcep import site
from lcep.letters import SERVICE, Kind, Letter, written
from lcep.site import absolute, today
from members.models import Member
from newsletters.models import WorkingWeek
from newsletters.planner.year import DAY
from partnerships.models import BankHoliday, Stewardship
from partnerships.panels import counted

SUMMARY = Kind("desk-summary", "What needs you this week", SERVICE, late_after=timedelta(hours=12))


def send_summaries() -> int:
    """Write to each manager whose week begins today and whom something needs. Done twice, one mail each."""
    told = 0
    for member, partnership in _beginning_today():
        needs = site.waiting(_asked_by(member))[: site.SEVEN]
        if needs:
            summary(member, partnership, needs).send()
            told += 1
    return told


def summary(member: Member, partnership: Any, needs: list[site.Need]) -> Letter:
    """The mail: the sentences of the desk, and one button."""
    year, week, _ = today().isocalendar()
    lines = [(need.sentence, _by(need)) for need in needs]
    context = {
        "lines": lines,
        "title": f"{counted(len(lines), 'thing')} {'needs' if len(lines) == 1 else 'need'} you this week",
        "desk": absolute(reverse("admin:index")),
        "days": absolute(reverse("admin:working_days")),
        "what": partnership or "what you look after",
    }
    subject, text, html = written("desk_summary", context)
    key = f"desk {member.pk} {year}-{week}"
    return Letter(SUMMARY, member.mail_to, subject, text, html, member=member, partnership=partnership, key=key)


def begins_today(days: str, holidays: set[date]) -> bool:
    """Whether today is the first day of this week that is worked on: one of the days, and no bank holiday."""
    monday = today() - DAY * today().weekday()
    worked = [day for day in (monday + DAY * at for at in range(7)) if str(day.isoweekday()) in days]
    return next((day for day in worked if day not in holidays), None) == today()


def _beginning_today() -> list[tuple[Member, Any]]:
    """Those whose week begins today, each once, with the partnership in whose name they are written to."""
    monday = today() - DAY * today().weekday()
    holidays = set(BankHoliday.objects.filter(day__range=(monday, monday + 6 * DAY)).values_list("day", flat=True))
    days: dict[int, str] = {}
    found: dict[int, tuple[Member, Any]] = {}
    kept = Stewardship.objects.current().filter(member__erased_at=None)
    for stewardship in kept.select_related("member", "partnership", "working_week").order_by("pk"):
        week = WorkingWeek.of(stewardship)
        if week.summary:
            days[stewardship.member_id] = days.get(stewardship.member_id, "") + week.days
            found.setdefault(stewardship.member_id, (stewardship.member, stewardship.partnership))
    return [found[pk] for pk, worked in days.items() if begins_today(worked, holidays)]


def _asked_by(member: Member) -> HttpRequest:
    """The desk's sentences for somebody who is not here."""
    request = HttpRequest()
    request.user = member
    member.remember_rights()
    return request


def _by(need: site.Need) -> str:
    if need.by is None:
        return ""
    day = f"{need.by:%A %-d %B}"
    if day in need.sentence:
        return ""
    return "Today." if f"{need.by:%Y-%m-%d}" <= f"{today():%Y-%m-%d}" else f"By {day}."
