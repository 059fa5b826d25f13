"""What the alarm clock does for members."""

from celery import shared_task

from members.tidying import tidy_up


@shared_task(ignore_result=True)
def tidy() -> None:
    tidy_up()
