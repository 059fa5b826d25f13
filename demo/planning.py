"""What the story's manager planned: her days, news asked for, and a short notice that went out. Placed around today."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from demo.school_days import DAY, SchoolDays
from lcep.letters import Kind
from lcep.site import today
from mailings.models import Delivery, Exclusion, Mailing
from mailings.models.mailings import rules_of
from members.models import Member, Membership
from newsletters.models import Ask, Notice, Story, Told, WorkingWeek
from newsletters.notices import mail
from newsletters.planner import asking
from newsletters.planner.year import Year
from partnerships.models import Partnership

AT = time(11, 5)
TUESDAY_TO_THURSDAY = "234"


def tell(leeds: Partnership, days: SchoolDays, manager: Member | None) -> None:
    """Give her three days a week, an answer to the last time of asking, and one notice twelve days ago."""
    if manager is None:
        return
    stewardship = manager.stewardships.current().filter(partnership=leeds).first()
    if stewardship:
        WorkingWeek.choose(stewardship, TUESDAY_TO_THURSDAY, summary=True, by=manager)
    _asked(leeds, manager)
    _notice(leeds, days, manager)


def _asked(leeds: Partnership, manager: Member) -> None:
    """News was asked for on its day, for each newsletter of this year whose day to ask is over."""
    year = Year.of(leeds)
    for slot in year.slots if year else []:
        if slot.asks_on < today():
            at = timezone.make_aware(datetime.combine(slot.asks_on, AT))
            subject = asking.subject_of(leeds, slot.due_on)
            mailing = _sent(asking.ASK, leeds, manager, at, subject, asking.people(leeds), f"ask {slot.due_on}")
            Ask.objects.create(partnership=leeds, due_on=slot.due_on, mailing=mailing, by=manager, at=at)


def _notice(leeds: Partnership, days: SchoolDays, manager: Member) -> None:
    """One of the oldest stories could not wait."""
    story = Story.objects.open().filter(partnership=leeds).order_by("sent_at").first()
    if story is None or story.approved_at is None:
        return
    at = timezone.make_aware(datetime.combine(days.on_or_before(today() - 12 * DAY), AT))
    at = max(at, story.approved_at + timedelta(hours=1))
    subject = mail.subject_of(leeds, [story])
    mailing = _sent(mail.NOTICE, leeds, manager, at, subject, mail.people(leeds), "notice")
    notice = Notice.objects.create(partnership=leeds, subject=subject, mailing=mailing, made_by=manager, made_at=at)
    Told.objects.create(notice=notice, story=story, position=0)


def _sent(kind: Kind, leeds: Partnership, by: Member, at: datetime, subject: str, people, key: str) -> Mailing:
    """A mailing as the engine leaves one that is done: who was on the list by then has a delivery or a reason."""
    by_then = set(Membership.objects.filter(partnership=leeds, joined_at__lte=at).values_list("member", flat=True))
    everybody = [member for member in people if member.pk in by_then]
    reached = [member for member in everybody if not member.excluded]
    mailing = Mailing.objects.create(
        **rules_of(kind),
        key=f"demo {key}",
        partnership=leeds,
        subject=subject[:200],
        state=Mailing.State.DONE,
        send_at=at,
        late_after=at + kind.late_after,
        candidates=len(everybody),
        prepared=len(reached),
        excluded=len(everybody) - len(reached),
        started_at=at,
        finished_at=at + timedelta(seconds=1 + len(reached) // 20),
        scheduled_by=by,
    )
    Exclusion.objects.bulk_create(
        Exclusion(mailing=mailing, member=member, reason=member.excluded) for member in everybody if member.excluded
    )
    Delivery.objects.bulk_create(
        Delivery(
            mailing=mailing,
            member=member,
            address=member.mail_to,
            key=member.key,
            state=Delivery.State.SENT,
            due_at=at,
            attempt=1,
            handed_at=at,
            finished_at=at,
            code=250,
            reply="250 2.0.0 Ok: queued",
        )
        for member in reached
    )
    return mailing
