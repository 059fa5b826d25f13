"""manage.py appoint_administrator EMAIL: let somebody keep the site running."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from members.appointing import member_at, what_comes_next
from members.models import Administration


class Command(BaseCommand):
    help = "Appoint an administrator from today. A second call changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        member = member_at(email)
        held = member.administrations.current().exists()
        administration = Administration.appoint(member)
        since = f"{administration.from_on:%-d %B %Y}"
        self.stdout.write(
            f"{member.mail_to} was an administrator already, since {since}."
            if held
            else f"{member.mail_to} is an administrator from today, {since}."
        )
        self.stdout.write(what_comes_next())
