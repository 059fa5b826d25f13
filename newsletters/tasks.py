"""What the clock does for newsletters."""

from celery import shared_task

from newsletters.stories import telling


@shared_task
def tell_writers() -> None:
    telling.tell_writers()
