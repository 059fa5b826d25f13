"""What happens by itself: who joined is invited, who left is taken off, answers are asked for once, papers come the
day before, leaders hear when it is time. Everything is keyed: run twice, or late, it does no harm.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lcep.site import today
from mailings.models import Exclusion
from meetings import audience, emails, words
from meetings.models import Announcement, DatePoll, Invitation, Meeting, What
from meetings.models.papers import PaperVersion
from meetings.models.places import lapse
from meetings.planning import Planner
from partnerships.models import Partnership
from pods.models import Group

REMINDED = timedelta(days=7)
EVE = timedelta(days=1)
KEPT = timedelta(days=30)  # access and food, after the meeting
SETTLED = timedelta(days=1)  # a record is asked for from the second day on
FORTNIGHT = timedelta(days=14)
RECENT = timedelta(days=8)


def day() -> None:
    """Do what today asks for. Called on working days, some times between nine and five."""
    for meeting in Meeting.objects.upcoming().exclude(group=None).select_related("group", "partnership"):
        newcomers(meeting)
        leavers(meeting)
    remind()
    on_the_eve()
    remind_of_polls()
    if today().weekday() == audience.FRIDAY:
        on_friday()
    nudge()
    nearly_done()
    forget_needs()
    PaperVersion.objects.sweep()


def newcomers(meeting: Meeting) -> int:
    """Invite whoever came into the group since, and return how many."""
    invited = Invitation.objects.invite(meeting)
    if invited:
        Announcement.make(What.INVITATION, meeting=meeting, by=None, again=f"newcomers {today()}")
    return invited


def leavers(meeting: Meeting) -> None:
    """Take off whoever left the group and has not said that they come all the same."""
    assert meeting.group is not None
    gone = meeting.invitations.live().exclude(member__in=meeting.group.people()).exclude(reply="yes")
    for invitation in gone.select_related("member"):
        invitation.withdraw(by=None)


def remind() -> None:
    """A week before: those who have not said yes or no."""
    near = Meeting.objects.upcoming().filter(starts_at__lte=timezone.now() + REMINDED, starts_at__gt=_tomorrow())
    for meeting in near.filter(made_at__lt=timezone.now() - REMINDED).select_related("group", "partnership"):
        Announcement.make(What.REMINDER, meeting=meeting, by=None, again="once")


def on_the_eve() -> None:
    """The day before: papers and the link to those who come."""
    soon = Meeting.objects.upcoming().filter(starts_at__range=(timezone.now(), timezone.now() + EVE))
    for meeting in soon.select_related("group", "partnership"):
        Announcement.make(What.EVE, meeting=meeting, by=None)


def remind_of_polls() -> None:
    """Two days before a poll closes: those who have not answered, once."""
    closing = DatePoll.objects.filter(closed_at=None, closes_on__range=(today(), today() + timedelta(days=2)))
    for poll in closing.filter(meeting__status=Meeting.Status.POLLING).select_related("meeting__group__partnership"):
        if poll.silent().exists() and poll.made_at < timezone.now() - timedelta(days=2):
            Announcement.make(What.POLL_REMINDER, meeting=poll.meeting, by=None)


def on_friday() -> None:
    """Send what had to wait, of what is still ahead."""
    waiting = Exclusion.objects.filter(reason=audience.ON_FRIDAY, mailing=OuterRef("mailing"))
    held_back = Announcement.objects.filter(Exists(waiting), at__gt=timezone.now() - RECENT, mailing__follows=None)
    for told in held_back.select_related("meeting__group", "meeting__partnership", "group", "mailing"):
        if told.meeting is None:
            words.again(told)
        elif told.meeting.is_ahead or told.what == What.OUTCOME or told.meeting.starts_at is None:
            Announcement.make(
                told.what, meeting=told.meeting, by=told.by, again=f"friday {told.pk}", follows=told.mailing
            )


def nudge() -> None:
    """Tell leaders, once each: it is time for a date; who came? Whoever has had three mails this week hears later."""
    for meeting in Meeting.objects.waiting_for_their_record().exclude(group=None).select_related("group__partnership"):
        if meeting.ends_at and meeting.ends_at < timezone.now() - SETTLED and meeting.ends_at > timezone.now() - KEPT:
            for leader in filter(audience.has_room, meeting.group.runners()):
                emails.who_came(meeting, leader).send()
    for group, answer, last in ready_for_a_date():
        for leader in filter(audience.has_room, group.runners()):
            emails.time_for_a_date(group, leader, answer, last).send()


def nearly_done() -> None:
    """Tell those who lead a task & finish group, two weeks before its day, once for each day it was given."""
    ending = Group.objects.current().filter(kind=Group.Kind.TASK_AND_FINISH, until_on=None)
    for group in ending.filter(finish_by__range=(today(), today() + FORTNIGHT)).select_related("partnership"):
        for leader in filter(audience.has_room, group.runners()):
            emails.nearly_done(group, leader).send()


def ready_for_a_date() -> list[tuple[Group, Any, Any]]:
    """The groups that have nothing planned and whose window can be told of now, with their suggestions."""
    planned = Meeting.objects.filter(group=OuterRef("pk"), status__in=["proposed", "polling"])
    coming = Meeting.objects.upcoming().filter(group=OuterRef("pk"))
    groups = Group.objects.current().filter(~Exists(planned), ~Exists(coming))
    found = []
    for partnership in Partnership.objects.at_home().filter(pk__in=groups.values("partnership")):
        planner = Planner(partnership, groups.filter(partnership=partnership).select_related("partnership"))
        questions = planner.questions()
        for group, question in questions.items():
            if question.last_held and today() >= opening_of(question):
                found.append((group, planner.answer(question), question.last_held))
    return found


def opening_of(question: Any) -> Any:
    """The day on which its leaders hear: when the middle of the window can still be told in time, and a fortnight."""
    weeks = timedelta(weeks=question.rhythm.gap_min)
    return question.last_held.date() + weeks - timedelta(days=question.rhythm.notice)


def end_offers() -> None:
    """Pass on the places that were offered and not taken in time."""
    offered = Invitation.objects.filter(offered_until__lte=timezone.now()).values("meeting")
    for found in Meeting.objects.upcoming().filter(pk__in=offered):
        with transaction.atomic():
            lapse(Meeting.objects.select_for_update().get(pk=found.pk))


def forget_needs() -> dict[str, int]:
    """Access and dietary needs, and words to whoever led it, are gone thirty days after. Says how many rows."""
    over = Invitation.objects.filter(meeting__ends_at__lt=timezone.now() - KEPT)
    return {"needs and notes of meetings 30 days ago": over.exclude(needs="", note="").update(needs="", note="")}


def _tomorrow():
    return timezone.now() + EVE
