"""What the alarm clock does for members."""

import logging
from datetime import timedelta

from celery import shared_task

from members.importing.carrying_out import carry_out
from members.models import Import
from members.rights.retention import retain as retain_all
from members.tidying import tidy_up

GIVEN_UP = timedelta(minutes=5)  # a list that takes longer was lost; its button comes back
logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def tidy() -> None:
    tidy_up()


@shared_task(ignore_result=True)
def retain() -> None:
    for sentence in retain_all():
        logger.info(sentence)


@shared_task(ignore_result=True)
def carry_out_import(pk: int) -> None:
    carry_out(Import.objects.get(pk=pk))


def wake_import(pk: int) -> None:
    """Begin a long list in the background, or here and now where nobody listens."""
    try:
        carry_out_import.delay(pk)
    except Exception:
        logger.exception("Nobody takes long lists in the background; taking it here.")
        carry_out(Import.objects.get(pk=pk))
