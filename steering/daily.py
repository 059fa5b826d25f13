"""What happens by itself: notice of terms that end, thanks when one is over. Run twice, or late, it does no harm."""

from datetime import date, timedelta

from lcep.site import today
from pods.models import Appointment, Group
from steering import emails
from steering.balance import months_after
from steering.models import Interest
from steering.readers import chairs_of
from steering.table import meetings_of, service_of
from steering.terms import RENEWED

TABLES = (Group.Kind.STEERING, Group.Kind.EXECUTIVE)
SIX_WEEKS = timedelta(weeks=6)
LATE = timedelta(days=21)  # a notice that could not go out in time is still of use for so long
THANKED_WITHIN = timedelta(days=14)
SILENT = ("Asked to be forgotten", "Became one entry with another", RENEWED)


def day() -> None:
    """Write to those whose term ends in half a year or in six weeks, and to those whose time is over."""
    notice(26, months_after(today(), 6))
    notice(6, today() + SIX_WEEKS)
    thank()


def notice(weeks: int, near: date) -> None:
    """To the person and the chair, once for each term: `near` is the day up to which it is time to say so."""
    rows = Appointment.objects.current().filter(group__kind__in=TABLES, until_on=None, member__erased_at=None)
    ending = rows.filter(term_ends__lte=near, term_ends__gt=near - LATE)
    for appointment in ending.select_related("group__partnership", "member"):
        for reader in {appointment.member, *chairs_of(appointment.group)}:
            emails.term_ends(appointment, reader, weeks).send()


def thank() -> None:
    """To those whose last day has passed, with the record of their service."""
    over = Appointment.objects.over_by(today()).filter(until_on__gte=today() - THANKED_WITHIN, member__erased_at=None)
    over = over.filter(group__kind__in=TABLES).exclude(end_reason__in=SILENT)
    for appointment in over.select_related("group__partnership", "member"):
        partnership = appointment.group.partnership
        roles = service_of(appointment.member, partnership)
        rows = [(f"{row.get_role_display()}, {row.group}", time) for row, time in roles]
        if came := meetings_of(appointment.member, partnership):
            rows.append(("Meetings you came to", str(came)))
        emails.thank_you(appointment, rows).send()


def forget_interest() -> dict[str, int]:
    """Delete what people wrote for a seat: half a year after its answer, a year after it came."""
    return {"expressions of interest after their time": Interest.objects.over().delete()[0]}
