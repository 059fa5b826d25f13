"""How gunicorn serves the demonstration: `gunicorn --config python:demo.web`.

No access log: the paths of some pages are keys (the links in the mails).
"""

from demo.supervisor import end_with_parent
from lcep.web import post_worker_init  # noqa: F401 - gunicorn calls it by this name

wsgi_app = "lcep.wsgi:application"
worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 3
accesslog = None
control_socket_disable = True  # it would lie in the user's home


def post_fork(server, worker):
    end_with_parent(server.pid)
