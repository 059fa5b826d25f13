"""Read the inbox now: bounces, spam reports, and whatever other apps wait for."""

import imaplib
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mailings.inbox import opened, take


class Command(BaseCommand):
    help = "Read what came into the inbox (INBOX_URL), and print how many messages were read and how many were left."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.INBOX_URL:
            raise CommandError("INBOX_URL is not set: maildir:///path or imaps://user:password@host/folder")
        try:
            counts = take(opened(settings.INBOX_URL))
        except (OSError, imaplib.IMAP4.error) as error:
            raise CommandError(f"The inbox could not be opened ({error})") from None
        self.stdout.write(json.dumps(counts))
