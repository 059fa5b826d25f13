"""manage.py seed: load the public facts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lcep import site
from partnerships.seeding import BadDataError


class Command(BaseCommand):
    help = "Load the public facts (directory, term dates, groups) from the data files. Never undoes what people edited."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                sentences = [sentence for part in site.seeds for sentence in part()]
        except BadDataError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        for sentence in sentences or ["Nothing changed: every fact is as the data files have it."]:
            self.stdout.write(sentence)
