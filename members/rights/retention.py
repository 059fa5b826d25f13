"""What is kept no longer than was said: each night, and in so many words what went."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lcep import site
from members.models import DataComplaint, Member, Membership, Note
from members.rights import forgetting
from members.tidying import tidy_up
from partnerships.models import Enquiry
from trust import lasting

AFTER_LEAVING = timedelta(days=2 * 365)
NOTES_AFTER_LEAVING = timedelta(days=365)


def retain(dry_run: bool = False) -> list[str]:
    """Delete and empty what has been kept for as long as the privacy notice says. Returns one sentence for each kind.

    With `dry_run` everything is counted and nothing changes. Doing it twice, or in two places, does no harm.
    """
    with transaction.atomic():
        done = dict(tidy_up())
        done["enquiries after 12 months"] = Enquiry.objects.forget()
        done["data complaints 3 years after their answer"] = DataComplaint.objects.over().delete()[0]
        done["notes about people who left a year ago"] = _notes().delete()[0]
        done["people who left every list 2 years ago and hold no role"] = _forget_long_gone()
        for part in site.retention:
            done |= part()
        transaction.set_rollback(dry_run)
    if not dry_run:
        done["wishes noted longer ago than any backup"] = lasting.tidy()
    verb = "Would delete" if dry_run else "Deleted"
    return [f"{verb} {count} {what}." for what, count in done.items() if count] or ["Nothing is over its time."]


def _notes():
    here = Membership.objects.filter(member=OuterRef("member"), partnership=OuterRef("partnership"))
    lately = here.filter(left_at__gt=timezone.now() - NOTES_AFTER_LEAVING) | here.filter(left_at=None)
    return Note.objects.filter(~Exists(lately), Exists(here))


def long_gone():
    """Members who left their last list two years ago and are needed nowhere else."""
    mine = Membership.objects.filter(member=OuterRef("pk"))
    lately = mine.filter(left_at__gt=timezone.now() - AFTER_LEAVING) | mine.filter(left_at=None)
    gone = Member.objects.filter(~Exists(lately), Exists(mine), erased_at=None)
    for part in site.still_needed:
        gone = gone.exclude(pk__in=part().values("pk"))
    return gone


def _forget_long_gone() -> int:
    count = 0
    for member in long_gone().iterator():
        if not forgetting.hindrance(member):
            forgetting.forget(member, suppress=False)
            count += 1
    return count
