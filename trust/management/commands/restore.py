"""manage.py restore FILE: bring the site back in an empty place."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trust.backups import reading


class Command(BaseCommand):
    help = "Bring the site back from a backup, into a database with tables and nothing in them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--journal",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a lasting.jsonl of the lost place: who left or asked to be forgotten since the backup. "
            "The one in LCEP_VAR is read anyway",
        )

    def handle(self, *args: Any, file: Path, journal: list[Path], **options: Any) -> None:
        try:
            done = reading.restore(file, journal)
        except (reading.BadBackupError, FileNotFoundError) as error:
            raise CommandError(str(error)) from None
        wishes = "1 wish" if done.replayed == 1 else f"{done.replayed} wishes"
        self.stdout.write(
            f"Restored what was there on {done.taken_at}: {done.rows} rows and {done.files} uploaded files.\n"
            f"{wishes} to leave or to be forgotten made since then fulfilled again.\n"
            "Newsletters wait until somebody says, on the desk or with `manage.py run_sender --adopt`, that this is "
            "the right place."
        )
