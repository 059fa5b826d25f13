"""How gunicorn serves the site: `gunicorn --config python:lcep.web`.

No access log: the paths of some pages are keys (the links in the mails); the proxy in front keeps one
without them.
"""

import os

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
