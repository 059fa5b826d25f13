"""What the alarm clock does for steering. Doing it twice, or late, does no harm."""

from celery import shared_task

from lcep.site import today
from steering import daily


@shared_task(ignore_result=True)
def day() -> None:
    if today().weekday() < 5:
        daily.day()
