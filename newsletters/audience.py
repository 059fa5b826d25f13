"""Who gets a newsletter, and who does not and why: one queryset for the screens and for the sending."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from lcep.site import today
from mailings.models import Delivery
from members.models import Member, Membership, Suppression
from newsletters.sorting import SHOWN, LeftOut, Sorted
from partnerships.models import Partnership

if TYPE_CHECKING:
    from mailings.models import Mailing
    from newsletters.models import Newsletter

PURPOSE = "newsletter"
LEFT = "left the list"
NOT_CHOSEN = "did not choose the newsletter"
REMEMBERED = timedelta(days=90)


def readers(newsletter: "Newsletter") -> QuerySet[Member]:
    """Return everybody to be considered, annotated `excluded`: '' gets it, else the reason in plain words.

    Considered are the members of the partnership's list, and those who left since its last newsletter.
    """
    return of_list(newsletter.partnership, _since(newsletter))


def of_list(partnership: Partnership, since: datetime) -> QuerySet[Member]:
    """Return the members of a list and those who left it from `since` on, annotated like `readers`."""
    # IN, not EXISTS: the list is read once, where SQLite would read it again for each member of the site.
    lately = partnership.memberships.filter(Q(left_at=None) | Q(left_at__gte=since))
    return (
        Member.objects.filter(pk__in=lately.order_by().values("member"), erased_at=None)
        .annotate(excluded=_reason(partnership))
        .order_by("name", "pk")
    )


def reached(newsletter: "Newsletter") -> QuerySet[Member]:
    """Return those who have the issue, annotated like `readers`: whom it was handed over for, and whom perhaps."""
    deliveries = Delivery.objects.filter(
        Q(mailing=newsletter.mailing) | Q(mailing__follows=newsletter.mailing, mailing__to_missed=True),
        key=OuterRef("key"),
        state__in=["sent", "handed", "uncertain"],
    )
    return of_list(newsletter.partnership, newsletter.mailing.started_at).filter(Exists(deliveries))


def receiving(newsletter: "Newsletter") -> QuerySet[Member]:
    return readers(newsletter).filter(excluded="")


def now(newsletter: "Newsletter") -> Sorted:
    """Return who would get it today, and who would not."""
    return Sorted.of(readers(newsletter))


def settled(mailing: "Mailing") -> Sorted:
    """Return whom a mailing was written to, and whom not, as it was settled when it began."""
    written_to = Member.objects.filter(pk__in=mailing.deliveries.values("member")).order_by("name", "pk")
    reasons = mailing.exclusions.order_by().values_list("reason").annotate(people=Count("id"))
    names = Member.objects.order_by("name", "pk")
    left_out = [
        LeftOut(reason, count, list(names.filter(exclusions__mailing=mailing, exclusions__reason=reason)[:SHOWN]))
        for reason, count in sorted(reasons, key=lambda pair: (-pair[1], pair[0]))
    ]
    return Sorted(written_to, written_to.count(), left_out)


def _reason(partnership: Partnership) -> Case:
    """The first reason that holds, as the reader of a screen would put it. Most have none, so that is asked first."""
    current = Membership.objects.current().filter(partnership=partnership, member=OuterRef("pk"))
    blocked = Suppression.objects.of(OuterRef("key"), partnership)
    return Case(
        When(Exists(current.receiving(PURPOSE)) & ~Exists(blocked), then=Value("")),
        *(
            When(Exists(blocked.filter(reason=reason)), then=Value(words))
            for reason, words in Suppression.Reason.choices
        ),
        When(~Exists(current), then=Value(LEFT)),
        When(~Exists(current.filter(newsletter_since__isnull=False)), then=Value(NOT_CHOSEN)),
        *_paused(partnership, current),
        default=Value(NOT_CHOSEN),
        output_field=CharField(),
    )


def _paused(partnership: Partnership, current: QuerySet[Membership]) -> list[When]:
    """One reason per day on which a pause of this list ends."""
    ends = Membership.objects.current().filter(partnership=partnership, paused_until__gt=today())
    days = ends.order_by("paused_until").values_list("paused_until", flat=True).distinct()[:60]
    return [
        When(Exists(current.filter(paused_until=day)), then=Value(f"on pause until {day:%-d %B %Y}")) for day in days
    ] + [When(Exists(current.filter(paused_until__gt=today())), then=Value("on pause"))]


def _since(newsletter: "Newsletter") -> datetime:
    others = newsletter.partnership.newsletters.exclude(pk=newsletter.pk).published()
    last = others.order_by("-out_at").values_list("out_at", flat=True).first()
    return last or timezone.now() - REMEMBERED
