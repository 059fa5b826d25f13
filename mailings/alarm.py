"""Waking whoever sends. A wake may be lost, repeated or late: the sweep finds the rows anyway."""

import logging
from pathlib import Path

from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
ENOUGH = 50  # wakes that nobody has heard yet, in the embedded broker's folder


def ring_on_commit() -> None:
    """Wake a sender when the present transaction has committed, once however many mails it holds."""
    waiting = transaction.get_connection().run_on_commit
    if not any(call is ring for _, call, _ in waiting):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Publish the wake; a broker that is away is a line in the log, never an error on a page."""
    from mailings.tasks import wake

    try:
        if not _has_rung_enough():
            wake.delay()
    except Exception as error:  # whatever a broker raises, the mail is safe in its row
        log.warning("No sender could be woken (%s); the next sweep finds the mail.", type(error).__name__)


def _has_rung_enough() -> bool:
    """Whether the embedded broker's folder is full of wakes already: where no worker runs it would grow for ever."""
    folder = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in") or "")
    if not folder:
        return False
    Path(folder).mkdir(parents=True, exist_ok=True)
    return sum(1 for _ in Path(folder).glob("*.celery.msg")) >= ENOUGH
