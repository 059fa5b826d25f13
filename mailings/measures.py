"""Numbers about sending, for whoever watches the machine."""

from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from lcep.site import Measure
from mailings.models import Delivery, Mailing, Site


def measures() -> list[Measure]:
    """Count what is open: what has ended is not asked, however much it is."""
    now = timezone.now()
    due = Delivery.objects.filter(leaves_at__lte=now)
    waited = _seconds(due.aggregate(since=Min("leaves_at"))["since"], now) or 0
    silent = _seconds(Site.objects.filter(pk=1).values_list("swept_at", flat=True).first(), now)
    handed, uncertain = Delivery.objects.in_hand().count(), Delivery.objects.doubtful().count()
    paused = Mailing.objects.filter(state="paused").count()
    return [
        Measure("lcep_mail_queued", "Mails whose time has come and that wait to be handed over.", due.count()),
        Measure("lcep_mail_waiting_seconds", "For how long the longest of them has waited.", waited),
        Measure("lcep_mail_handed", "Mails at the relay whose end is not known yet.", handed),
        Measure("lcep_mail_uncertain", "Mails of which nobody can be sure.", uncertain),
        Measure("lcep_mailings_paused", "Mailings that wait for a person.", paused),
        Measure("lcep_sender_silent_seconds", "Since when no sender has been heard of.", silent),
    ]


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return (now - since).total_seconds() if since else None
