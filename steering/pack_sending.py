"""What happens by itself before Steering meets: reports are asked for, owners say how it goes, the pack goes out.

Everything is keyed: run twice, or late, it does no harm.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from mailings.models import Mailing
from meetings.dates import short
from meetings.models import Invitation, Meeting, NotNow
from meetings.reporting import draft
from members.models import Member
from pods.models import Appointment, Group
from steering import pack_emails, plan_emails
from steering.models import Action, Pack
from steering.pack import Papers
from steering.plan import Line, quiet_before
from trust.models import Entry

A_WEEK = timedelta(days=7)
FIRST, AGAIN = timedelta(days=14), timedelta(days=5)  # before the meeting, reports are asked for
PLAN = timedelta(days=18)  # before the meeting, owners are asked how it goes
FRESH = timedelta(days=21)  # what was said so lately is not asked again


def day() -> None:
    """Do what today asks for, for each meeting of Steering that is near."""
    near = Meeting.objects.upcoming().filter(group__kind=Group.Kind.STEERING, starts_at__lte=timezone.now() + PLAN)
    for meeting in near.select_related("partnership", "group__partnership"):
        assert meeting.starts_at is not None
        left = meeting.starts_at - timezone.now()
        ask_owners(meeting)
        if left <= FIRST:
            ask_for_reports(meeting, "again" if left <= AGAIN else "first")
        if left <= A_WEEK:
            send(Pack.of(meeting), by=None)


def send(pack: Pack, *, by: Member | None) -> Mailing:
    """Send the pack to everybody round the table, once: a second call gives the mailing there is.

    Raises NotNow when the meeting is over or was called off.
    """
    with transaction.atomic():
        row = (
            Pack.objects.select_for_update(of=("self",))
            .select_related("meeting__partnership", "meeting__group")
            .get(pk=pack.pk)
        )
        if row.mailing:
            return row.mailing
        meeting = row.meeting
        if not meeting.is_ahead or meeting.starts_at is None:
            raise NotNow("The pack goes out before the meeting.")
        mailing = Mailing.schedule(
            pack_emails.PACK,
            key=f"pack {meeting.pk}",
            partnership=meeting.partnership,
            subject=f"{meeting.group}: what we talk about on {short(meeting.starts_at)}",
            by=by,
        )
        row.mailing = mailing
        row.save(update_fields=["mailing"])
        Entry.record("sent the pack of", meeting, by=by)
    pack.refresh_from_db()
    return mailing


def ask_for_reports(meeting: Meeting, when: str) -> int:
    """Write to those who lead a pod whose news is still to come; return to how many."""
    count = 0
    for line in Papers(meeting).reports:
        if line.report is None:
            for leader in line.group.runners():
                pack_emails.report_due(meeting, line.group, leader, draft(line.group), when).send()
                count += 1
    return count


def ask_owners(meeting: Meeting) -> int:
    """Ask those who answer for actions nobody has spoken of lately; one mail a person; return to how many."""
    quiet = quiet_before(meeting.partnership)
    actions = Action.objects.of(meeting.partnership).open().filter(told_at__lt=timezone.now() - FRESH)
    asked: dict[int, tuple[Member, list[Line]]] = {}
    for action in actions.select_related("owner", "group", "objective__priority__partnership"):
        for owner in action.owners():
            asked.setdefault(owner.pk, (owner, []))[1].append(Line.of(action, quiet))
    for owner, lines in asked.values():
        plan_emails.how_does_it_go(meeting, owner, lines).send()
    return len(asked)


def substitutes_for(meeting: Meeting, member: Member) -> list[Member]:
    """Who may stand in for somebody at this meeting of Steering."""
    if meeting.group is None or meeting.group.kind != Group.Kind.STEERING:
        return []
    standing_in = Appointment.objects.current().filter(
        group=meeting.group, role=Appointment.Role.SUBSTITUTE, substitute_for__member=member, member__erased_at=None
    )
    return [row.member for row in standing_in.select_related("member")]


def ask_substitutes(meeting: Meeting, member: Member) -> list[Member]:
    """Ask whoever stands in for somebody who cannot come; return whom. Asked twice, they get one mail."""
    asked = substitutes_for(meeting, member)
    with transaction.atomic():
        Invitation.objects.invite(meeting, asked)
        for substitute in asked:
            pack_emails.stand_in(meeting, member, substitute).send()
    return asked
