"""The alarm clock. Tasks carry ids, hold no state, and may be lost or repeated without harm."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

from lcep import broker, invented  # noqa: F401  (the broker makes folder:// known)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
app = Celery("lcep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _refuse_what_is_invented(**_: Any) -> None:
    """End a worker that would send for invented people. Celery would only note another exception than this."""
    try:
        invented.refuse()
    except ImproperlyConfigured as refused:
        sys.exit(str(refused))
