"""`manage.py migrate`, which on PostgreSQL waits a few seconds for a table and no longer.

A change of a table waits for whoever reads or writes it, and everybody else then waits behind the change: without a
limit one long report stops the whole site. With it the migration gives way, undone as a whole, and is started again.
"""

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

SECONDS = 4
GAVE_WAY = (
    f"A table was in use for more than {SECONDS} seconds, so this migration gave way. What it had begun is undone, "
    "those before it are done, and the site goes on. Start it again; if it gives way each time, stop the workers first."
)


class Command(migrate.Command):
    help = f"{migrate.Command.help} Waits {SECONDS} seconds for a table at most."

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{SECONDS}s'")
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            if "lock timeout" in str(error):
                raise CommandError(GAVE_WAY) from error
            raise
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
