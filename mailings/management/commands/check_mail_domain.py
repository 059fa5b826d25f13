"""Look at what a domain says about mail sent in its name, and print the letter that asks for what is missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailings import mail_domains
from mailings.models import MailDomain
from partnerships.models import Partnership


class Command(BaseCommand):
    help = "Check SPF, DKIM, DMARC and the return path of the site's domain, or of a partnership's own."
    resolver = staticmethod(mail_domains.resolve)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partnership", nargs="?", help="the slug of a partnership; without it, the site's domain")
        parser.add_argument("--domain", help="begin with this domain (a partnership that has none yet)")
        parser.add_argument("--selector", help="the name under which the DKIM key stands")
        parser.add_argument("--address", help="what stands before the @ (hello)")
        parser.add_argument("--record", help="what the mail provider says should stand there")

    def handle(self, *args: Any, **options: Any) -> None:
        domain = self._domain(options["partnership"], options["domain"])
        given = {"selector": "selector", "address": "local_part", "record": "dkim_record"}
        changes = {field: options[name] for name, field in given.items() if options[name]}
        if changes:
            MailDomain.objects.filter(pk=domain.pk).update(**changes)
            domain.refresh_from_db()
        try:
            findings = mail_domains.look(domain, self.resolver)
        except mail_domains.Away as error:
            raise CommandError(f"Nobody answered ({error}). Nothing has changed.") from None
        self.stdout.write(mail_domains.letter(domain, findings))
        bars = [finding for finding in findings if finding.bars]
        self.stdout.write(
            "All is well." if not bars else f"{len(bars)} to mend before mail is sent as {domain.domain}."
        )

    def _domain(self, slug: str | None, name: str | None) -> MailDomain:
        if slug is None:
            return MailDomain.objects.get_or_create(partnership=None, defaults={"domain": name or settings.SITE_HOST})[
                0
            ]
        partnership = Partnership.objects.filter(slug=slug).first()
        if partnership is None:
            raise CommandError(f"There is no partnership {slug}.")
        found = MailDomain.objects.filter(partnership=partnership).first()
        if found is None:
            if not name:
                raise CommandError(f"{partnership} has no domain of its own yet: name it with --domain.")
            found = MailDomain.objects.create(partnership=partnership, domain=name.lower())
        return found
