"""Taking a seat, going on for another term, giving it up: each an appointment of its own, in one transaction."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from lcep.site import today
from members.models import Member
from pods.models import Appointment, Group
from steering.models import Holding, Seat
from trust.models import Entry

RENEWED = "Went on for another term"
DAY = timedelta(days=1)


def appoint(group: Group, member: Member, role: str, *, seat: Seat | None, by: Member, **details: Any) -> Appointment:
    """Appoint a member to a role, and to a seat where one is named. `details` are fields of the appointment.

    Raises IntegrityError where another chair, or the same person in that role, is in post on one of the days.
    """
    with transaction.atomic():
        appointment = Appointment.appoint(member, group, role, by=by, **details)
        if seat:
            Holding.objects.update_or_create(appointment=appointment, defaults={"seat": seat})
    return appointment


def begins(held: Appointment) -> date:
    """The first day of the term that would follow: the day after this one ends, or today where that is over."""
    return max(held.term_ends or today() - DAY, today() - DAY, held.since) + DAY


def renew(appointment: Appointment, ends: date, by: Member) -> Appointment:
    """Go on for another term, until `ends`: a new row that begins the day after the old term, or today if that is
    over. The seat goes with it. A second call returns the same new row.
    """
    with transaction.atomic():
        Appointment.one_at_a_time(appointment.group_id)
        held = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        if held.until_on:
            return following(held) or held
        last = begins(held) - DAY
        Appointment.objects.filter(pk=held.pk).update(until_on=last, end_reason=RENEWED)
        renewed = Appointment.objects.create(
            group=held.group,
            member=held.member,
            role=held.role,
            substitute_for=held.substitute_for,
            since=last + DAY,
            term_ends=ends,
            appointed_by=by,
            is_public=held.is_public,
            line=held.line,
        )
        seat = Holding.objects.filter(appointment=held).first()
        if seat:
            Holding.objects.create(appointment=renewed, seat=seat.seat)
        Entry.record("renewed", renewed, by=by, role=renewed.role)
    return renewed


def end(appointment: Appointment, on: date, reason: str, by: Member) -> None:
    """Give up a role at the end of that day; whoever stands in for them does so no longer. Twice changes nothing."""
    with transaction.atomic():
        standing_in = Appointment.objects.filter(
            group=appointment.group, substitute_for__member=appointment.member, until_on=None
        )
        if appointment.role != Appointment.Role.SUBSTITUTE:
            for substitute in standing_in:
                substitute.step_down(on=on, reason=f"{reason} (of whom they stood in for)"[:60], by=by)
        appointment.step_down(on=on, reason=reason, by=by)


def following(appointment: Appointment) -> Appointment | None:
    """Return the term that went on where this one ended, or None."""
    if appointment.end_reason != RENEWED or appointment.until_on is None:
        return None
    rows = Appointment.objects.filter(group=appointment.group, member=appointment.member, role=appointment.role)
    return rows.filter(since=appointment.until_on + DAY, taken_back_on=None).first()


def number_of(appointment: Appointment) -> int:
    """Which term this is for them: the third is 3."""
    rows = Appointment.objects.filter(group=appointment.group, member=appointment.member, role=appointment.role)
    return rows.filter(since__lte=appointment.since, taken_back_on=None).count()
