"""Rows whose time is over: kept no longer than was promised when they were made."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from members.models import AddressChange, Device, Import, JoinRequest
from trust.models import Cap


def tidy_up() -> dict[str, int]:
    """Delete join requests after their 7 days, caps a day after their window, and sessions that ended.

    Returns how many of each. Doing it twice, or in two places at once, does no harm.
    """
    now = timezone.now()
    over = {
        "caps": Cap.objects.filter(closes_at__lt=now - timedelta(days=1)),
        "changes of address": AddressChange.objects.over(),
        "sessions": Session.objects.filter(expire_date__lt=now),
    }
    done = {"join requests": JoinRequest.objects.over()}
    done |= {name: rows.delete()[0] for name, rows in over.items()}
    done["lists brought along, emptied"] = Import.objects.empty()
    done["devices"] = Device.objects.over().delete()[0]
    return done
