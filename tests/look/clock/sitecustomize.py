"""Start every Python program of the demonstration on the same day: its folder stands first in PYTHONPATH."""

import os
from datetime import datetime

if day := os.environ.get("LCEP_TEST_DAY"):
    import time_machine

    time_machine.travel(datetime.fromisoformat(day), tick=True).start()
