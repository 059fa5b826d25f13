"""What a domain says about mail sent in its name, and the letter that asks for what it does not say yet.

Four things let mail arrive: SPF (RFC 7208) for the domain of the return path, which is the site's; a DKIM key
(RFC 6376) under a selector of the domain in From; DMARC (RFC 7489) on that domain, content with one of the two;
and a mail exchanger for the return path, or bounces go nowhere.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import dns.exception
import dns.resolver
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from mailings.models import MailDomain
from trust.models import Entry

log = logging.getLogger(__name__)

SECONDS = 5.0
LOOKUPS = 10  # RFC 7208 4.6.4
NOBODYS = {"test", "example", "invalid", "localhost"}
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}", re.ASCII)
_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,58}[a-z0-9])?", re.ASCII)


class Away(Exception):
    """Nobody answered: that says nothing about the domain."""


class Resolver(Protocol):
    def __call__(self, name: str, kind: str) -> list[str]:
        """Return the records of a name (kind TXT or MX), [] when there are none. Raises Away."""


def is_domain(text: str) -> bool:
    """Whether this is a host's name of at least two parts (RFC 1123 2.1)."""
    return len(text) <= 190 and _DOMAIN.fullmatch(text) is not None


def is_local_part(text: str) -> bool:
    return _LOCAL.fullmatch(text) is not None


def resolve(name: str, kind: str) -> list[str]:
    """Ask the machine's own resolver; but for names that are nobody's for ever (RFC 6761 6)."""
    if name.rpartition(".")[2] in NOBODYS:
        return []
    try:
        answer = dns.resolver.resolve(name, kind, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, ValueError) as error:
        raise Away(f"{name}: {type(error).__name__}") from None
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [record.to_text() for record in answer]


@dataclass(frozen=True)
class Finding:
    """One sentence about a domain. `bars`: mail in its name would not arrive, or could not come back."""

    sentence: str
    bars: bool = True


class Check:
    """One look at a domain. `is_site`: it also carries the return paths."""

    def __init__(self, domain: MailDomain, resolver: Resolver = resolve) -> None:
        self.domain, self.ask = domain, resolver
        self.is_site = domain.partnership_id is None

    def findings(self) -> list[Finding]:
        """Return what is missing or wrong. Raises Away when nobody answers."""
        parts: list[Callable[[], Iterator[Finding]]] = [self._dkim, self._dmarc]
        if self.is_site:
            parts = [self._spf, self._return_path, *parts]
        return [finding for part in parts for finding in part()]

    def _spf(self) -> Iterator[Finding]:
        name = self.domain.domain
        records = [record for record in self.ask(name, "TXT") if record.lower().split(" ")[0] == "v=spf1"]
        if not records:
            yield Finding(f"{name} does not say who may send mail for it (no SPF record).")
        elif len(records) > 1:
            yield Finding(f"{name} has {len(records)} SPF records; with more than one, none counts.")
        else:
            terms = records[0].lower().split()[1:]
            if any(term in {"+all", "all", "?all"} for term in terms):
                yield Finding(f"{name} lets everybody send mail in its name (SPF ends with {terms[-1]}).", bars=False)
            if self._lookups(records[0]) > LOOKUPS:
                yield Finding(f"The SPF record of {name} asks for more than {LOOKUPS} others, so it does not count.")

    def _lookups(self, record: str, depth: int = 0) -> int:
        """Count the questions a receiver must ask (RFC 7208 4.6.4)."""
        asked = 0
        for term in record.lower().split()[1:]:
            word = term.lstrip("+-~?")
            sort, _, value = word.replace("=", ":", 1).partition(":")
            if sort.split("/")[0] not in {"include", "redirect", "a", "mx", "ptr", "exists"}:
                continue
            asked += 1
            if sort in {"include", "redirect"} and depth < LOOKUPS and asked <= LOOKUPS:
                for inner in self.ask(value, "TXT"):
                    if inner.lower().startswith("v=spf1"):
                        asked += self._lookups(inner, depth + 1)
        return asked

    def _return_path(self) -> Iterator[Finding]:
        name = self.domain.domain
        if not self.ask(name, "MX"):
            yield Finding(f"{name} takes no mail (no MX record), so nothing that comes back would reach us.")

    def _dkim(self) -> Iterator[Finding]:
        name = f"{self.domain.selector}._domainkey.{self.domain.domain}"
        keys = [record for record in self.ask(name, "TXT") if "p=" in record.replace(" ", "")]
        if not keys:
            yield Finding(f"There is no key under {name}, so mail cannot be signed for {self.domain.domain} (DKIM).")
        elif any(_tags(key).get("p", "") == "" for key in keys):
            yield Finding(f"The key under {name} was withdrawn (DKIM).")
        elif (expected := _tags(self.domain.dkim_record).get("p")) and all(
            _tags(key).get("p") != expected for key in keys
        ):
            yield Finding(f"The key under {name} is not the one our mail is signed with (DKIM).")

    def _dmarc(self) -> Iterator[Finding]:
        name = f"_dmarc.{self.domain.domain}"
        records = [record for record in self.ask(name, "TXT") if record.lower().startswith("v=dmarc1")]
        if not records:
            yield Finding(
                f"{self.domain.domain} says nothing about forged mail (no DMARC record).", bars=not self.is_site
            )
        elif len(records) > 1:
            yield Finding(f"There are {len(records)} DMARC records under {name}; with more than one, none counts.")
        elif _tags(records[0]).get("adkim", "r") == "s" and self.is_site:
            yield Finding(
                "DMARC asks for the exact domain (adkim=s): mail signed for a domain above fails.", bars=False
            )


def look(domain: MailDomain, resolver: Resolver = resolve) -> list[Finding]:
    """Check a domain, remember what was found, and switch its mail over or back. Raises Away; then nothing changes."""
    findings = Check(domain, resolver).findings()
    is_bad = any(finding.bars for finding in findings)
    with transaction.atomic():
        locked = MailDomain.objects.select_for_update().get(pk=domain.pk)
        was_used, was_sound, was_good = locked.is_used, locked.is_sound, locked.good_at is not None
        changes = {"checked_at": Now(), "findings": [finding.sentence for finding in findings]}
        if is_bad and was_sound:
            changes["broken_at"] = Now()
        elif not is_bad and not was_sound:
            changes |= {"broken_at": None} if was_good else {"broken_at": None, "good_at": Now()}
        MailDomain.objects.filter(pk=locked.pk).update(**changes)
        domain.refresh_from_db()
        if domain.is_used != was_used:
            verb = "began to send as" if domain.is_used else "stopped sending as"
            Entry.record(f"{verb} {domain.domain}", domain, by=None)
            log.warning("%s %s", verb, domain.domain)
    return findings


def look_at_all(resolver: Resolver = resolve) -> None:
    """The daily check. A resolver that does not answer changes nothing: yesterday's answer holds."""
    for domain in MailDomain.objects.all():
        try:
            look(domain, resolver)
        except Away as error:
            log.warning("The mail domain %s could not be checked (%s)", domain, error)


def letter(domain: MailDomain, findings: list[Finding]) -> str:
    """Return the letter to whoever looks after the domain: what to add, ready to copy, and why."""
    name = domain.domain
    lines = [
        "To whoever looks after your domain",
        "",
        f"We would like to send our newsletter as {domain.address}. Mail servers believe that only if the domain",
        f"{name} says so. Please add these records; nothing else changes, and your own mail goes on as before.",
        "",
        "1. A key, so that our mail can be signed (DKIM)",
        f"   Name:   {domain.selector}._domainkey.{name}",
        f"   Value:  {domain.dkim_record or '(the record your mail provider gave us; ask us for it)'}",
        "",
        "2. What to do with forged mail (DMARC), unless there is such a record already",
        f"   Name:   _dmarc.{name}",
        f"   Value:  v=DMARC1; p=none; rua=mailto:postmaster@{name}",
        "",
        f"No SPF record is needed: what cannot be delivered comes back to {settings.SITE_HOST}.",
    ]
    if domain.partnership_id is None:
        lines[-1:] = [
            "3. Who may send for it (SPF); add your provider's part to the record you have, one record in all",
            f"   Name:   {name}",
            "   Value:  v=spf1 include:(your mail provider) ~all",
            "",
            "4. Where mail that could not be delivered comes back (MX)",
            f"   Name:   {name}",
            "   Value:  the server that fills the inbox of this site (INBOX_URL)",
        ]
    if findings:
        lines += ["", "What we found today:", *(f" - {finding.sentence}" for finding in findings)]
    return "\n".join([*lines, ""])


def _tags(record: str) -> dict[str, str]:
    """Return the tags of a DKIM or DMARC record."""
    pairs = (tag.partition("=") for tag in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, found, value in pairs if found}
