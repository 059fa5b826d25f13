"""A setting that cannot be is answered in one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers.__main__ import NOT_OURS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("SITE_URL", "ftp://localhost"),
        ("EMAIL_URL", "smtp://mail.example.org"),
        ("DEMO", "perhaps"),
        ("LOG_FORMAT", "xml"),
        ("METRICS_TOKEN", "letmein"),
        ("PING_URL", "file:///etc/passwd"),
        ("LCEP_VAR", "/dev/null/data"),
    ],
)
def test_one_line_names_the_setting(name, value, tmp_path):
    env = {known: kept for known, kept in os.environ.items() if known not in NOT_OURS}
    env |= {"DEMO": "1", "LCEP_VAR": str(tmp_path / "var"), name: value}
    command = [sys.executable, "manage.py", "demo", "--no-serve"]
    ran = subprocess.run(command, cwd=Path(settings.BASE_DIR), env=env, capture_output=True, text=True)
    assert ran.returncode == 1
    assert name in ran.stderr and len(ran.stderr.splitlines()) == 1, ran.stderr
    assert ran.stdout == ""


@pytest.mark.parametrize("word", ["0", "false", "No"])
def test_run_is_the_demonstration_and_says_so(word):
    command = [sys.executable, Path(settings.BASE_DIR) / "bin" / "run"]
    ran = subprocess.run(command, env=os.environ | {"DEMO": word}, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "README.md" in ran.stderr and len(ran.stderr.splitlines()) == 1
