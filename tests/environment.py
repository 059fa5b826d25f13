"""Set the environment before Django reads it: an early pytest plugin (pyproject.toml names it)."""

import atexit
import os
import shutil
import tempfile

var = tempfile.mkdtemp(prefix="lcep-test-")
atexit.register(shutil.rmtree, var, ignore_errors=True)
os.environ["LCEP_VAR"] = var
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SITE_URL", "http://localhost:8000")
os.environ.setdefault("EMAIL_URL", "smtp://localhost:1")
# A page shows what was just written; what keeps pages has tests of its own.
os.environ["KEEP_PAGES"] = os.environ["KEEP_DIRECTORY"] = "0"
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's event loop shares the thread
