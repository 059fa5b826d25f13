"""What Celery may ring. Tasks carry nothing and may be lost, repeated or late without harm."""

from celery import shared_task


@shared_task(ignore_result=True)
def wake() -> None:
    pass


@shared_task(ignore_result=True)
def sweep() -> None:
    pass
