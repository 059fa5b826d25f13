"""What Celery may ring. Tasks carry nothing and may be lost, repeated or late without harm."""

from celery import shared_task
from django.conf import settings

from mailings.inbox import opened, take
from mailings.mail_domains import look_at_all
from mailings.shift import Shift
from mailings.stopping import is_worker_stopping
from mailings.sweep import Sweep


@shared_task(ignore_result=True)
def wake() -> None:
    Shift(is_worker_stopping).work()


@shared_task(ignore_result=True)
def take_mail() -> None:
    if settings.INBOX_URL:
        take(opened(settings.INBOX_URL))


@shared_task(ignore_result=True)
def look_at_mail_domains() -> None:
    look_at_all()


@shared_task(ignore_result=True)
def sweep() -> None:
    Sweep.and_ring()
