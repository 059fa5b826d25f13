"""A leader's own words to the group: two a week, and the answers to whoever wrote."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from mailings.models import Mailing
from meetings import kinds
from meetings.models import Announcement, What
from members.models import Member
from pods.models import Group
from trust.models import Entry
from trust.text import one_line

A_WEEK = 2
WEEK = timedelta(days=7)


def left(group: Group) -> int:
    """How many messages may still go to the group this week."""
    lately = Announcement.objects.filter(group=group, what=What.WORD, at__gt=timezone.now() - WEEK)
    return max(0, A_WEEK - lately.count())


def write(group: Group, words: str, *, by: Member) -> Announcement | None:
    """Send the words to everybody in the group; None when two have gone this week. The same words again within
    a week are the same message.
    """
    with transaction.atomic():
        Group.objects.select_for_update().get(pk=group.pk)
        lately = Announcement.objects.filter(group=group, what=What.WORD, at__gt=timezone.now() - WEEK)
        same = lately.filter(words=words, by=by).first()
        if same:
            return same
        if not left(group):
            return None
        number = Announcement.objects.filter(group=group, what=What.WORD).count() + 1
        mailing = Mailing.schedule(
            kinds.WORD,
            key=f"group {group.pk} word {number}",
            partnership=group.audited_for,
            subject=one_line(f"{group}: {words}")[:70],
            by=by,
        )
        made = Announcement.objects.create(what=What.WORD, group=group, mailing=mailing, words=words, by=by)
        Entry.record("wrote to", group, by=by)
    return made


def again(told: Announcement) -> Announcement:
    """Send words once more to those whom the mail budget held back. Twice is once."""
    assert told.group is not None
    with transaction.atomic():
        mailing = Mailing.schedule(
            kinds.WORD,
            key=f"{told.mailing.key} friday",
            partnership=told.group.audited_for,
            subject=told.mailing.subject,
            by=told.by,
            follows=told.mailing,
        )
        fields = {"what": What.WORD, "group": told.group, "words": told.words, "by": told.by, "at": told.at}
        made, _ = Announcement.objects.get_or_create(mailing=mailing, defaults=fields)
    return made


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
