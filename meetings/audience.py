"""Who is told, and who is not and why: found when a mailing is prepared.

The mail budget stands here. Whatever is said of one meeting, a member gets at most four mails about it, and
at most three a week of what nobody waits for: invitations, reminders, words of a leader, events for everyone,
nudges, and newsletters, which are counted and never held back. What is left over comes on Friday. Changes of what
people rely on (moved, cancelled, the venue, a place) and answers to what they did reach everybody.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import JSONObject
from django.utils import timezone

from mailings.audience import on_the_list
from mailings.models import Delivery, Exclusion
from meetings import kinds
from meetings.models import DatePoll, Invitation, PollAnswer
from meetings.models.announcements import CHANGES, Announcement, What
from members.models import Member, Suppression
from pods.models import GroupMembership

if TYPE_CHECKING:
    from mailings.models import Mailing

FOUR = 4
THREE = 3
FRIDAY = 4
WEEK = timedelta(days=7)
FORGOTTEN = "asked to be forgotten"
BLOCKED = "we do not write to this address"
NOTHING = "wants no mail about this group"
ONLY_DATES = "wants only the dates of this group"
CALLED_OFF = "it was called off before this mail went"
IS_OVER = "it was over before this mail went"
NEVER_HEARD = "had not been told of it"
SAID_ALREADY = "was told the new time by an earlier mail"
TAKEN_BACK = "the place was not free any more"
ENOUGH = "has had four mails about this meeting"
ON_FRIDAY = "has had three mails this week: this one waits for Friday"


def of(mailing: "Mailing") -> QuerySet[Member]:
    """Return everybody to be considered for an announcement, annotated `excluded` and `slots`."""
    told = mailing.announcement
    people = _those_who_waited(mailing, _people(told))
    return people.annotate(excluded=_reason(told), slots=_slots(told)).order_by("name", "pk")


def of_event(mailing: "Mailing") -> QuerySet[Member]:
    """Return everybody on the list, with the reason of those who do not get the invitation to an event."""
    return _those_who_waited(mailing, for_event(mailing.announcement)).annotate(slots=_slots(mailing.announcement))


def for_event(told: Announcement) -> QuerySet[Member]:
    """Return everybody on the list, annotated `excluded`, as an invitation to an event would find them now."""
    assert told.meeting is not None
    everybody = on_the_list(told.meeting.partnership, "events")
    reason = Case(When(~Q(excluded=""), then="excluded"), *_budget(told), default=Value(""), output_field=CharField())
    return everybody.annotate(held_back=reason).annotate(excluded=F("held_back"))


def has_room(member: Member) -> bool:
    """Whether one more mail that nobody waits for may reach them today: fewer than three this week, or Friday."""
    return timezone.localdate().weekday() == FRIDAY or _unasked(member.deliveries.all()).count() < THREE


def _those_who_waited(mailing: "Mailing", people: QuerySet[Member]) -> QuerySet[Member]:
    """Of a mailing that follows another: those whom the first one held back until Friday."""
    if not mailing.follows_id:
        return people
    waiting = Exclusion.objects.filter(mailing=mailing.follows_id, reason=ON_FRIDAY)
    return people.filter(pk__in=waiting.values("member"))


def count_of(group) -> int:
    """How many people of a group would be told of a meeting today: what a leader reads before pressing."""
    reason = _reason(Announcement(what=What.MOVED, group=group))
    return group.people().annotate(excluded=reason).filter(excluded="").count()


def _people(told: Announcement) -> QuerySet[Member]:
    meeting = told.meeting
    if told.only_id:
        return Member.objects.filter(pk=told.only_id)
    if meeting is None:
        return told.group.people()
    if told.what in {What.POLL, What.POLL_REMINDER} or (told.what == What.CANCELLED and meeting.starts_at is None):
        everybody = meeting.group.people()
        answered = PollAnswer.objects.filter(option__poll__meeting=meeting)
        return everybody.exclude(pk__in=answered.values("member")) if told.what == What.POLL_REMINDER else everybody
    return Member.objects.filter(pk__in=_invited(told).values("member"))


def _invited(told: Announcement) -> QuerySet[Invitation]:
    live = Invitation.objects.live().filter(meeting=told.meeting)
    if told.what == What.INVITATION:
        before = Delivery.objects.filter(
            mailing__announcement__meeting=told.meeting,
            mailing__announcement__what=What.INVITATION,
            member=OuterRef("member"),
        ).exclude(mailing=told.mailing_id)
        return live.filter(~Exists(before))
    if told.what == What.REMINDER:
        return live.filter(Q(reply__in=["", "maybe"]) | Q(pk__in=Invitation.objects.silent().values("pk")))
    if told.what == What.EVE:
        return live.coming()
    if told.meeting.group_id is None:  # an event: those who mean to come
        return live.filter(reply__in=["yes", "maybe"])
    return live


def _reason(told: Announcement) -> Case:
    partnership = told.meeting.partnership_id if told.meeting_id else told.group.partnership_id
    blocked = Suppression.objects.of(OuterRef("key"), partnership)
    reasons = [When(~Q(erased_at=None), then=Value(FORGOTTEN)), When(Exists(blocked), then=Value(BLOCKED))]
    if told.meeting_id:
        reasons += _overtaken(told)
    if told.group_id:
        reasons += _wishes(told)
    if not told.is_change:
        reasons += _budget(told)
    return Case(*reasons, default=Value(""), output_field=CharField())


def _overtaken(told: Announcement) -> list[When]:
    """Whom a mail would tell what is not so any more, or what they know: mails may wait, and meetings change.

    Read when the mailing is prepared. A meeting moved before its invitation went is told once, with its new time; one
    called off before anybody heard of it is not told at all.
    """
    meeting, everybody = told.meeting, Q(pk__isnull=False)
    heard = Delivery.objects.filter(member=OuterRef("pk"), mailing__announcement__meeting=meeting)
    heard = heard.exclude(mailing=told.mailing_id).exclude(state__in=["skipped", "failed"])
    if told.what in {What.CANCELLED, What.WITHDRAWN}:
        answered = Invitation.objects.filter(meeting=meeting, member=OuterRef("pk")).exclude(reply="")
        return [When(~Exists(heard) & ~Exists(answered), then=Value(NEVER_HEARD))]
    if meeting.is_cancelled:
        return [When(everybody, then=Value(CALLED_OFF))]
    if meeting.is_over and told.what != What.OUTCOME:
        return [When(everybody, then=Value(IS_OVER))]
    if told.what == What.MOVED:
        newer = heard.filter(
            mailing__announcement__what__in=[What.INVITATION, What.MOVED],
            mailing__announcement__sequence__gte=told.sequence,
        )
        return [When(Exists(newer), then=Value(SAID_ALREADY))]
    if told.what == What.OFFER:
        offered = Invitation.objects.filter(meeting=meeting, member=OuterRef("pk"), offered_until__isnull=False)
        return [When(~Exists(offered), then=Value(TAKEN_BACK))]
    return []


def _wishes(told: Announcement) -> list[When]:
    """What a member said they want to hear of a group; what a poll or a date is, everybody in it hears."""
    belonging = GroupMembership.objects.current().filter(member=OuterRef("pk"), group=told.group_id)
    none = When(Exists(belonging.filter(dates=GroupMembership.Dates.NONE)), then=Value(NOTHING))
    only = When(Exists(belonging.filter(dates=GroupMembership.Dates.ONLY_DATES)), then=Value(ONLY_DATES))
    return [none, only] if told.what in {What.WORD, What.OUTCOME} else [none]


def _budget(told: Announcement) -> list[When]:
    sent = Delivery.objects.filter(member=OuterRef("pk")).exclude(state__in=["skipped", "failed"])
    if told.mailing_id:
        sent = sent.exclude(mailing=told.mailing_id)
    reasons = []
    if told.meeting_id:
        about_it = sent.filter(mailing__announcement__meeting=told.meeting_id)
        about_it = about_it.exclude(mailing__announcement__what__in=CHANGES)
        reasons.append(When(Exists(_more_than(about_it, FOUR)), then=Value(ENOUGH)))
    is_late = bool(told.mailing_id) and bool(told.mailing.follows_id)
    if not is_late and not told.only_id:
        reasons.append(When(Exists(_more_than(_unasked(sent), THREE)), then=Value(ON_FRIDAY)))
    return reasons


def _unasked(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those of the last seven days that nobody waited for."""
    told = Q(mailing__announcement__isnull=False) & ~Q(mailing__announcement__what__in=CHANGES)
    unasked = Q(mailing__marketing=True) | Q(mailing__kind=kinds.NUDGES.name) | told
    lately = deliveries.filter(mailing__started_at__gte=timezone.now() - WEEK)
    return lately.exclude(state__in=["skipped", "failed"]).filter(unasked)


def _more_than(deliveries: QuerySet[Delivery], most: int) -> QuerySet:
    """The member's deliveries as one row, if there are as many as may be already."""
    return deliveries.order_by().values("member").annotate(mails=Count("pk")).filter(mails__gte=most).values("mails")


def _slots(told: Announcement) -> JSONObject:
    poll = DatePoll.objects.filter(meeting=told.meeting_id).values_list("pk", flat=True).first()
    return JSONObject(meeting=Value(str(told.meeting_id or "")), poll=Value(str(poll or "")))
