"""The door for a web server: `gunicorn lcep.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from lcep import invented
from lcep.request import Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
application = get_wsgi_application()
application.request_class = Request
invented.refuse()
