"""Try the whole engine with invented people, and print what it did in one line of JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailings.rehearsal import Rehearsal, real_members


class Command(BaseCommand):
    help = "Send an invented newsletter to invented people through the whole engine, then remove every trace."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipients", type=int, required=True, help="how many people to invent")
        parser.add_argument("--smtp", default="127.0.0.1:25", metavar="HOST:PORT", help="where to hand the mail over")
        parser.add_argument("--connections", type=int, default=1, help="connections to open (1 without this)")
        parser.add_argument("--prepare-only", action="store_true", help="settle who gets it and send nothing")
        parser.add_argument("--really", action="store_true", help="beside real members, or to another machine")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["recipients"] < 1 or options["connections"] < 1:
            raise CommandError("--recipients and --connections are 1 or more.")
        real = real_members()
        if real and not options["really"]:
            raise CommandError(f"There are {real} real members here. A rehearsal beside them needs --really.")
        try:
            rehearsal = Rehearsal(options["recipients"], options["smtp"], options["connections"])
        except ValueError as error:
            raise CommandError(f"--smtp is HOST:PORT ({error})") from None
        if not rehearsal.relay.is_loopback and not options["really"]:
            raise CommandError("The invented mail would go to another machine. That needs --really.")
        with rehearsal:
            rehearsal.prepare()
            if not options["prepare_only"]:
                rehearsal.send()
            # Before the clearing up, which takes PostgreSQL longer than the rest where the crowd is very large.
            self.stdout.write(json.dumps(rehearsal.figures.as_dict()))
            self.stdout.flush()
