"""No address in any mail changes anything by being opened: scanners open them all, before the person does."""

import re

from django.db.models import Exists, OuterRef
from django.test import Client

from mailings.models import Delivery, Mailing
from meetings import audience, emails, kinds
from meetings.models import Announcement, What
from tests.meetings.conftest import at
from tests.meetings.every_mail import announce, letters
from tests.meetings.tables import rows

OURS = ("/r/", "/p/", "/meetings/", "/lead/", "/me/", "/u/", "/papers/", "/partnerships/")


def test_a_scanner_that_opens_every_address_in_every_mail_changes_nothing(
    theirs, as_member, ada, ben, dee, mails, monkeypatch
):
    """Every link signed out, those that need no signing in also by HEAD and a bare POST; the others also as Ada.

    A new kind of announcement, letter or mail that is not among them fails here.
    """
    monkeypatch.setattr(audience, "FOUR", 99)
    monkeypatch.setattr(audience, "THREE", 99)
    announce(theirs, ada, ben, dee, mails)
    written = letters(theirs, ada)
    assert set(written) == set(emails.__all__) - {"message", "register"}
    assert all([make().send() for make in written.values()])
    Mailing.objects.update(send_at=at(-1))

    found = mails()
    sent = Delivery.objects.filter(state="sent")
    told = Announcement.objects.filter(Exists(sent.filter(mailing__announcement=OuterRef("pk"))))
    assert set(told.values_list("what", flat=True)) == set(What)
    ours = {kind.name for kind in vars(kinds).values() if isinstance(kind, kinds.Kind)}
    assert set(sent.values_list("mailing__kind", flat=True)) == ours
    assert sent.filter(mailing__announcement=None).count() == len(written)

    opened = {link for mail in found.values() for link in links(mail) if link.startswith(OURS)}
    assert {kind for kind in OURS if any(link.startswith(kind) for link in opened)} >= {"/r/", "/p/", "/lead/", "/u/"}
    scanner, strict, signed_in = Client(), Client(enforce_csrf_checks=True), as_member(ada)
    before = rows()
    for link in sorted(opened):
        signed = link.startswith(("/r/", "/p/", "/u/"))
        for ask in (scanner.get, scanner.head, strict.post) if signed else (scanner.get, signed_in.get):
            assert ask(link).status_code < 500, link
    assert rows() == before


def links(mail) -> set[str]:
    """Every address of the site in its text and its HTML, without its host."""
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    found = (
        re.findall(r"https?://[^\s\"'<>]+?(/[^\s\"'<>\\]*)", part.get_payload(decode=True).decode()) for part in parts
    )
    return {link.replace("&amp;", "&") for each in found for link in each}
