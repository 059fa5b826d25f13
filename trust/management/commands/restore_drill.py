"""manage.py restore_drill FILE: whether a backup comes back, and in what time."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trust.backups.drill import drill
from trust.backups.reading import BadBackupError


class Command(BaseCommand):
    help = "Restore a backup in a temporary place, compare it with what was there, print one line of JSON, clean up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            done = drill(file)
        except BadBackupError as error:
            raise CommandError(str(error)) from None
        seconds = round(done.tables + done.restore + done.compare, 2)
        self.stdout.write(json.dumps(asdict(done) | {"seconds": seconds}))
