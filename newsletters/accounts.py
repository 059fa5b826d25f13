"""What became of an issue, in words, to the manager who sent it: one letter when nobody is on the way any more."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lcep.letters import Letter, written
from lcep.site import absolute
from mailings.models import Mailing
from newsletters import emails
from newsletters.standing import moment, people

REMEMBERED = timedelta(days=2)
NAMED = 20  # people in one letter; the desk has all of them


def tell_managers() -> int:
    """Write about each issue and correction that ended lately. Done twice, nobody hears twice. Return how many."""
    kinds = [emails.NEWSLETTER.name, emails.CORRECTION.name]
    over = Mailing.objects.filter(
        kind__in=kinds,
        state__in=[Mailing.State.DONE, Mailing.State.STOPPED],
        started_at__isnull=False,
        finished_at__gte=timezone.now() - REMEMBERED,
    ).exclude(Q(scheduled_by=None) | Q(scheduled_by__mail_to=""))
    told = 0
    for mailing in over.select_related("partnership", "scheduled_by", "follows"):
        account(mailing).send()
        told += 1
    return told


def account(mailing: Mailing) -> Letter:
    """The account of one mailing that is over: how many, who did not get it and why, and where to look."""
    counts = mailing.account()
    manager = mailing.scheduled_by
    assert manager is not None
    context = {
        "mailing": mailing,
        "partnership": mailing.partnership,
        "sentences": sentences(mailing),
        "named": counts.exceptions[:NAMED],
        "more": max(len(counts.exceptions) - NAMED, 0),
        "excluded": [(reason, people(count)) for reason, count in counts.excluded],
        "page": absolute(reverse("admin:mailings_mailing_change", args=[mailing.pk])),
    }
    subject, text, html = written("newsletter_account", context)
    return Letter(
        emails.ACCOUNT,
        manager.mail_to,
        subject,
        text,
        html,
        member=manager,
        partnership=mailing.partnership,
        key=f"account of {mailing.pk} at {mailing.finished_at:%Y%m%d%H%M%S}",
    )


def sentences(mailing: Mailing) -> list[str]:
    """What became of it, as one would tell it: only what is known, so "handed over", never "delivered"."""
    counts = mailing.account()
    stopped = mailing.state == Mailing.State.STOPPED
    assert mailing.finished_at is not None  # it is over
    began = moment(mailing.started_at) if mailing.started_at else ""
    told = [f"It began on {began} and {'was stopped' if stopped else 'ended'} on {moment(mailing.finished_at)}."]
    told.append(f"{_them(counts.sent)} handed over to the readers’ mail servers, out of {counts.prepared or 0:,}.")
    if counts.came_back:
        told.append(f"Of these, {_them(counts.came_back)} sent back to us.")
    if counts.uncertain:
        told.append(
            f"Of {people(counts.uncertain)} we cannot be sure. Please decide on the desk whether it goes again."
        )
    if counts.failed:
        told.append(f"{_them(counts.failed)} refused by the reader’s mail server.")
    if counts.skipped:
        told.append(f"{_them(counts.skipped)} left out while it was on its way.")
    if not (counts.failed or counts.uncertain or counts.skipped or counts.came_back):
        told.append("Nothing went wrong.")
    return told


def _them(count: int) -> str:
    return f"{count:,} {'copy was' if count == 1 else 'copies were'}"
