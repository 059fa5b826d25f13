"""The Chromium of this machine."""

import os
import shutil
import subprocess
from pathlib import Path

TYPE_THIS = "sudo apt-get install chromium fonts-dejavu-core"
PACKAGES = ("chromium", "fonts-dejavu-core")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/snap/bin/chromium")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def path() -> str:
    """Return the program, or ''. LCEP_TEST_CHROMIUM names another one."""
    named = os.environ.get("LCEP_TEST_CHROMIUM")
    found = [named] if named else [*(shutil.which(name) for name in NAMES), *ELSEWHERE]
    return next((program for program in found if program and Path(program).exists()), "")


def version() -> str:
    """Return what the program says it is, such as 156.0.8078.79, or '' when it does not run."""
    try:
        said = subprocess.run([path(), "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next((word for word in said.split() if word[0].isdigit()), "")
