"""The alarm clock. Tasks carry ids, hold no state, and may be lost or repeated without harm."""

import os

from celery import Celery

from lcep import broker  # noqa: F401  (makes folder:// known)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
app = Celery("lcep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
