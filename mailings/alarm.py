"""Waking whoever sends. A wake may be lost, repeated or late: the sweep finds the rows anyway."""

import logging

from django.db import transaction

log = logging.getLogger(__name__)


def ring_on_commit() -> None:
    """Wake a sender when the present transaction has committed, once however many mails it holds."""
    waiting = transaction.get_connection().run_on_commit
    if not any(call is ring for _, call, _ in waiting):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Publish the wake; a broker that is away is a line in the log, never an error on a page."""
    from mailings.tasks import wake

    try:
        wake.delay()
    except Exception as error:  # whatever a broker raises, the mail is safe in its row
        log.warning("No sender could be woken (%s); the next sweep finds the mail.", type(error).__name__)
