"""What the clock does for newsletters."""

from celery import shared_task

from newsletters import accounts, daily
from newsletters.stories import telling


@shared_task
def tell_writers() -> None:
    telling.tell_writers()


@shared_task
def tell_managers() -> None:
    accounts.tell_managers()


@shared_task
def day() -> None:
    daily.day()
