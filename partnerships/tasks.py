"""What the alarm clock does for the directory. Doing it twice, or late, does no harm."""

from celery import shared_task

from lcep.site import today
from partnerships.asking import ask
from partnerships.models import DocumentVersion, Enquiry


@shared_task(ignore_result=True)
def ask_whether_still_right() -> None:
    ask(today())


@shared_task(ignore_result=True)
def tidy() -> None:
    Enquiry.objects.forget()
    DocumentVersion.objects.sweep()
