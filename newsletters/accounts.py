"""What became of an issue, in words, to the manager who sent it: one letter when nobody is on the way any more."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lcep.letters import Letter, written
from lcep.site import absolute
from mailings.models import Mailing
from newsletters import emails
from newsletters.notices.mail import NOTICE
from newsletters.sorting import people
from newsletters.standing import moment

REMEMBERED = timedelta(days=2)
NAMED = 20  # people in one letter; the desk has all of them


def tell_managers() -> int:
    """Write about each issue, correction and notice that ended lately. Twice, nobody hears twice. Return how many."""
    kinds = [emails.NEWSLETTER.name, emails.CORRECTION.name, NOTICE.name]
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
    told = [_when(mailing), _handed_over(counts.sent, counts.prepared or 0)]
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


def _when(mailing: Mailing) -> str:
    """Return "It went out on Friday 12 December 2025 at 10:00.", with its end where that was later."""
    assert mailing.started_at and mailing.finished_at  # it began, and is over
    began, ended = moment(mailing.started_at), moment(mailing.finished_at)
    if mailing.state == Mailing.State.STOPPED:
        return f"It began on {began} and was stopped on {ended}."
    if began == ended:
        return f"It went out on {began}."
    same_day = began.rpartition(" at ")[0] == ended.rpartition(" at ")[0]
    return (
        f"It began on {began} and ended {'at' if same_day else 'on'} {ended.rpartition(' ')[2] if same_day else ended}."
    )


def _handed_over(sent: int, prepared: int) -> str:
    if sent == prepared:
        return f"{'All ' if sent > 1 else ''}{_them(sent)} handed over to the readers’ mail servers."
    return f"{_them(sent)} handed over to the readers’ mail servers, out of {prepared:,}."


def _them(count: int) -> str:
    return f"{count:,} {'copy was' if count == 1 else 'copies were'}"
