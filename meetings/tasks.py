"""What the alarm clock does for meetings. Doing it twice, or late, does no harm."""

from celery import shared_task

from lcep.site import today
from meetings import daily


@shared_task(ignore_result=True)
def offers() -> None:
    daily.end_offers()


@shared_task(ignore_result=True)
def day() -> None:
    if today().weekday() < 5:
        daily.day()
