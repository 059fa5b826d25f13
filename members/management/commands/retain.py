from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from members.rights.retention import retain


class Command(BaseCommand):
    help = "Delete what has been kept for as long as the privacy notice says, and say what went. Runs every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in retain(dry_run=options["dry_run"]):
            self.stdout.write(sentence)
