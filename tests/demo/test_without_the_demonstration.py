"""Without DEMO=1 there is no cast, no captured mail and no table of theirs."""

import os
import subprocess
import sys

import pytest

ASK = """
import django; django.setup()
from django.test import Client
from django.apps import apps
from django.urls import NoReverseMatch, reverse
answers = [Client(headers={"host": "localhost"}).get(path).status_code for path in ("/demo/", "/demo/mail/")]
answers += [Client(headers={"host": "localhost"}).post("/demo/as/dee/").status_code]
try:
    reverse("demo:cast")
    answers.append("there")
except NoReverseMatch:
    answers.append("not there")
print(answers, apps.is_installed("demo"))
"""


def ask(tmp_path, **changes: str) -> str:
    env = os.environ | {"LCEP_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "lcep.settings", "DEBUG": "1", **changes}
    migrated = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrated, env=env, check=True, capture_output=True, text=True)
    asked = subprocess.run([sys.executable, "-c", ASK], env=env, check=False, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip()


@pytest.mark.parametrize("switch", ["0", ""])
def test_its_addresses_do_not_exist(tmp_path, switch):
    assert ask(tmp_path, DEMO=switch) == "[404, 404, 404, 'not there'] False"


def test_a_relay_elsewhere_is_refused(tmp_path):
    env = os.environ | {"LCEP_VAR": str(tmp_path), "DEMO": "1", "EMAIL_URL": "smtp://mail.example.org"}

    refused = subprocess.run(
        [sys.executable, "manage.py", "check"], env=env, check=False, capture_output=True, text=True
    )

    assert refused.returncode != 0
    assert "EMAIL_URL must name a server on this machine" in refused.stderr
