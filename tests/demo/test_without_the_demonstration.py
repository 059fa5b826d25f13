"""Without DEMO=1 there is no cast, no captured mail and no table of theirs."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.once

ASK = """
import django; django.setup()
from django.apps import apps
from django.urls import Resolver404, resolve
for address in ("/demo/", "/demo/visitor/", "/demo/as/dee/", "/demo/mail/", "/demo/mail/x/", "/demo/mail/x/source/"):
    try:
        print(resolve(address).view_name)
    except Resolver404:
        print("nothing")
print(apps.is_installed("demo"))
"""


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], env=os.environ | changes, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("switch", "answers"),
    [
        # /demo/ could be a region's address, and no region has that name
        ("0", ["partnerships:region", *["nothing"] * 5, "False"]),
        (
            "1",
            ["demo:cast", "demo:visitor", "demo:sign_in", "demo:mail", "demo:message", "demo:message_source", "True"],
        ),
    ],
)
def test_its_addresses_exist_only_with_it(tmp_path, switch, answers):
    settings = {"DJANGO_SETTINGS_MODULE": "lcep.settings", "LCEP_VAR": str(tmp_path), "DEBUG": "1", "DEMO": switch}

    asked = run("-c", ASK, **settings)

    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.split() == answers


def test_a_relay_elsewhere_is_refused(tmp_path):
    refused = run("manage.py", "check", LCEP_VAR=str(tmp_path), DEMO="1", EMAIL_URL="smtp://mail.example.org")

    assert refused.returncode != 0
    assert "EMAIL_URL must name a server on this machine" in refused.stderr
