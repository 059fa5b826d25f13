"""Whether somebody sends: said on `/readyz`, and on the desk only when something is wrong."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from mailings.models import Delivery, Mailing, Route, Site

SILENT = timedelta(minutes=3)  # the sweep comes every 30 seconds
WAITING = timedelta(minutes=5)


def silent_since() -> datetime | None:
    """Return when a sender was last heard of, if that is more than three minutes ago; None when all is well."""
    silent = Site.objects.filter(pk=1, swept_at__lte=Now() - SILENT)
    return silent.values_list("swept_at", flat=True).first()


def check() -> str:
    """The readiness check: empty when well."""
    if not Site.objects.filter(pk=1).exclude(swept_at=None).exists():
        return "no sender has been heard of yet"
    since = silent_since()
    return f"no sender has been heard of since {since:%Y-%m-%d %H:%M} UTC" if since else ""


def somebody_waits() -> bool:
    """Whether mail that could leave has been waiting for five minutes."""
    late = Delivery.objects.filter(mailing=OuterRef("pk"), leaves_at__lt=Now() - WAITING)
    return Mailing.objects.filter(Exists(late), state="sending").exists()


def closed_routes() -> list[Route]:
    """Ways out that do not take our mail just now."""
    return list(Route.objects.filter(closed_until__gt=Now()).exclude(closed_reason=""))
