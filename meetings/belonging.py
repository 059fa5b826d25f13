"""What meetings hold of a member who is forgotten, or of two entries that turn out to be one person."""

from django.db import transaction
from django.utils import timezone

from meetings.models import Attendance, CalendarKey, FollowUp, Invitation, PollAnswer
from members.models import Member


def forget(member: Member, keys: list[bytes]) -> None:
    """Empty what they answered and wrote; that somebody came, without a name, stays as a number."""
    with transaction.atomic():
        mine = Invitation.objects.filter(member=member)
        mine.update(
            reply="", how="", source="", replied_at=None, waiting_since=None, offered_until=None, needs="", note=""
        )
        mine.live().update(withdrawn_at=timezone.now())
        Attendance.objects.filter(member=member).update(organisation="", sector="")
        FollowUp.objects.filter(owner=member).update(owner=None)
        PollAnswer.objects.filter(member=member).delete()
        CalendarKey.objects.filter(member=member).delete()


def merge(kept: Member, gone: Member) -> None:
    """Let the kept entry hold what the other held, unless it holds the same already."""
    with transaction.atomic():
        for rows, of in ((Invitation, "meeting"), (Attendance, "meeting"), (PollAnswer, "option")):
            held = rows.objects.filter(member=kept).values(of)
            rows.objects.filter(member=gone).exclude(**{f"{of}__in": list(held.values_list(of, flat=True))}).update(
                member=kept
            )
        Invitation.objects.filter(member=gone).live().update(
            withdrawn_at=timezone.now(), waiting_since=None, offered_until=None
        )
        FollowUp.objects.filter(owner=gone).update(owner=kept)
        CalendarKey.objects.filter(member=gone).delete()
