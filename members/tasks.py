"""What the alarm clock does for members."""

import logging

from celery import shared_task

from members.rights.retention import retain as retain_all
from members.tidying import tidy_up

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def tidy() -> None:
    tidy_up()


@shared_task(ignore_result=True)
def retain() -> None:
    for sentence in retain_all():
        logger.info(sentence)
