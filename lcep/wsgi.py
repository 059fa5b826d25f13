"""The door for a web server: `gunicorn lcep.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from lcep import invented

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lcep.settings")
application = get_wsgi_application()
invented.refuse()
