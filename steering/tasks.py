"""What the alarm clock does for steering. Doing it twice, or late, does no harm."""

from celery import shared_task

from lcep.site import today
from steering import daily, pack_sending


@shared_task(ignore_result=True)
def day() -> None:
    if today().weekday() < 5:
        daily.day()


@shared_task(ignore_result=True)
def before_steering() -> None:
    if today().weekday() < 5:
        pack_sending.day()
