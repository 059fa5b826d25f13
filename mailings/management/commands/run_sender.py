"""Send mail without Celery: for one small machine, for systemd, or by hand."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lcep import invented
from mailings import fingerprint
from mailings.shift import Shift
from mailings.stopping import on_signal


class Command(BaseCommand):
    help = "Hand over what is queued, and go on until stopped (SIGTERM or Ctrl-C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="end when nothing is due, and print the counts")
        parser.add_argument(
            "--adopt", action="store_true", help="say that this copied or restored database is the one to send from"
        )

    def handle(self, *args: Any, until_empty: bool, adopt: bool, **options: Any) -> None:
        if reason := invented.refusal():
            raise CommandError(reason)
        if adopt:
            adopted = fingerprint.adopt()
            self.stderr.write("This place is adopted." if adopted else "This place was adopted already.")
        stop = on_signal()
        shift = Shift(stop.is_set)
        if until_empty:
            shift.until_empty()
            self.stdout.write(json.dumps(dict(sorted(shift.counts.items()))))
        else:
            shift.stay()
