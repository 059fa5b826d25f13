"""What happens by itself: drafts fill, weeks begin with a summary, what had to wait goes out on Friday.

Everything is keyed: run twice, or late, it does no harm. Nobody is asked for news by itself: that is one press.
"""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from lcep.site import today
from mailings.models import Exclusion, Mailing
from meetings.audience import ON_FRIDAY
from newsletters.budget import WEEK
from newsletters.notices.mail import NOTICE
from newsletters.planner import filling, monday
from newsletters.planner.asking import ASK

FRIDAY = 4


def day() -> None:
    """Do what today asks for. Called some times a day, in working hours."""
    filling.fill_drafts()
    monday.send_summaries()
    if today().weekday() == FRIDAY:
        on_friday()


def on_friday() -> int:
    """Send what was left over of the mail budget to those who had three mails. Return how many mailings."""
    waiting = Exclusion.objects.filter(reason=ON_FRIDAY, mailing=OuterRef("pk"))
    lately = Mailing.objects.filter(
        Exists(waiting), kind__in=[NOTICE.name, ASK.name], started_at__gte=timezone.now() - WEEK, follows=None
    )
    return sum(mailing.missed.send(by=None) is not None for mailing in lately.exclude(followed_by__to_missed=True))
