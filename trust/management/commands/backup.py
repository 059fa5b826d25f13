"""manage.py backup FILE: the whole site in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trust.backups import writing


class Command(BaseCommand):
    help = "Write the whole site to a new file: rows and uploaded files, with checksums. Keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = writing.write(file)
        except FileExistsError:
            raise CommandError(f"{file} is there already; a backup never replaces another.") from None
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror}.") from None
        parts = manifest["parts"]
        rows = sum(part.get("rows", 0) for part in parts.values())
        files = sum(name.startswith("files/") for name in parts)
        self.stdout.write(
            f"{file}: {rows} rows and {files} uploaded files, {file.stat().st_size / 1e6:.1f} MB.\n"
            "It holds people's addresses: keep it where only you can read it. SECRET_KEY, TOKEN_KEYS and ADDRESS_KEY "
            "are not in it: keep those elsewhere."
        )
