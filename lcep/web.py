"""How gunicorn serves the site: `gunicorn --config python:lcep.web`.

No access log: the paths of some pages are keys (the links in the mails); the proxy in front keeps one
without them.
"""

import gc
import os
from importlib import import_module
from typing import Any

wsgi_app = "lcep.wsgi:application"
bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"  # inside its container, or behind its proxy
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
keepalive = 75  # longer than a proxy keeps its connections (nginx: 60), so that it never writes to one just closed
graceful_timeout = 20  # a page that is being made is finished
max_requests = 5000
max_requests_jitter = 500
MEMORY = "/dev/shm"  # noqa: S108 - heartbeats of the processes, where a slow disk cannot stall them
worker_tmp_dir = MEMORY if os.path.isdir(MEMORY) else None
accesslog = None
control_socket_disable = True  # it would lie in a home that is not there
YOUNG = 10_000  # objects; at Python's usual 700 a page of the desk looked for forgotten cycles a hundred times


def post_worker_init(worker: Any) -> None:
    """Load what the first page would, and keep all that is loaded out of the search for forgotten cycles.

    A search through everything takes a tenth of a second, and whoever's page it falls into waits for it.
    """
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
