"""What Celery may ring. Tasks carry nothing and may be lost, repeated or late without harm."""

from celery import shared_task

from mailings.shift import Shift
from mailings.stopping import is_worker_stopping
from mailings.sweep import Sweep


@shared_task(ignore_result=True)
def wake() -> None:
    Shift(is_worker_stopping).work()


@shared_task(ignore_result=True)
def sweep() -> None:
    Sweep.and_ring()
