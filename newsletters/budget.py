"""The mail budget for what nobody waits for: no more than three such mails a week to one person.

Newsletters, notices and asking for news count, and meetings that are not changes of what people rely on. What
is left over of a short notice goes out on Friday.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from mailings.audience import on_the_list
from mailings.models import Delivery
from meetings.audience import ON_FRIDAY
from meetings.models.announcements import CHANGES
from members.models import Member
from partnerships.models import Partnership

if TYPE_CHECKING:
    from mailings.models import Mailing

THREE = 3
WEEK = timedelta(days=7)


def of_list(partnership: Partnership, purpose: str, mailing: "Mailing | None" = None) -> QuerySet[Member]:
    """Everybody on the list, annotated `excluded`; those who had three mails this week are left out too."""
    listed = on_the_list(partnership, purpose).annotate(of_the_list=F("excluded"))
    reason = Case(
        When(of_the_list="", then=Case(When(Exists(_three(mailing)), then=Value(ON_FRIDAY)), default=Value(""))),
        default=F("of_the_list"),
        output_field=CharField(),
    )
    return listed.annotate(excluded=reason).order_by("name", "pk")


def _three(mailing: "Mailing | None") -> QuerySet:
    """The member's unasked mails of the last seven days as one row, if there are three or more."""
    unasked = Q(mailing__marketing=True) | (
        Q(mailing__announcement__isnull=False) & ~Q(mailing__announcement__what__in=CHANGES)
    )
    sent = Delivery.objects.filter(unasked, member=OuterRef("pk"), mailing__started_at__gte=timezone.now() - WEEK)
    sent = sent.exclude(state__in=["skipped", "failed"])
    if mailing:
        sent = sent.exclude(mailing=mailing)
    return sent.order_by().values("member").annotate(mails=Count("pk")).filter(mails__gte=THREE).values("mails")
