"""Who gets it, how soon after the last one, and who says that it comes from them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from newsletters.check.finding import Finding

if TYPE_CHECKING:
    from newsletters.check import Check


def nobody(check: "Check") -> Iterator[Finding]:
    if not check.people:
        yield Finding("There is nobody to send it to.", "who", bars=True)


def so_soon(check: "Check") -> Iterator[Finding]:
    last = next(iter(check.earlier), None)
    if last and timezone.now() - last.out_at < timedelta(days=7):
        day = timezone.localtime(last.out_at)
        yield Finding(f"Number {last.number} went out on {day:%A %-d %B}, less than a week ago.")


def other_audience(check: "Check") -> Iterator[Finding]:
    last = next(iter(check.earlier), None)
    before = last.mailing.prepared if last and last.mailing else None
    if before and abs(check.people - before) * 5 > before:
        yield Finding(f"It goes to {check.people_in_words}; number {last.number} went to {before:,}.", "who")


def identity(check: "Check") -> Iterator[Finding]:
    """Who writes, and where an answer goes: what the foot of the mail promises (PECR reg. 23)."""
    partnership = check.newsletter.partnership
    where = reverse("admin:partnerships_partnership_change", args=[partnership.pk])
    if not partnership.postal_identity:
        yield Finding("The foot of the mail does not say where you are. Add your postal address.", where)
    if not partnership.mailbox:
        yield Finding("Nobody reads the answers to this mail. Add the mailbox you read.", where)


CHECKS = (nobody, so_soon, other_audience, identity)
