"""Somebody asked to join, and has not yet shown that the address is theirs."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from members.models.consents import Consent, Purpose, Wording
from members.models.members import Member
from members.models.memberships import Membership
from members.models.suppression import Suppression
from partnerships.models import Partnership
from trust.addresses import as_written, compared, key_of
from trust.privacy import Privacy

CODE_MINUTES = 30
CODE_TRIES = 5
LINK_DAYS = 7


class JoinRequestQuerySet(models.QuerySet):
    def open(self) -> "JoinRequestQuerySet":
        return self.filter(confirmed_at=None, refused_at=None, expires_at__gt=timezone.now())

    def expired(self) -> "JoinRequestQuerySet":
        return self.filter(expires_at__lte=timezone.now())

    def over(self) -> int:
        """Delete those whose time is over; who had been forgotten, and did not confirm, is forgotten again."""
        with transaction.atomic():
            for request in self.expired().exclude(pardoned_at=None).filter(confirmed_at=None, refused_at=None):
                Suppression.add(request.key, Suppression.Reason.FORGOTTEN)
            return self.expired().delete()[0]


class JoinRequest(models.Model):
    """A request that expires in seven days. The code is kept as a hash; the wording is what was shown."""

    privacy = Privacy(
        erased="email mail_to code_hash browser",
        kept="member asked_by",
        impersonal="id partnership with_events wording tries asked_at code_until expires_at confirmed_at refused_at "
        "pardoned_at",
    )

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="join_requests")
    email = models.CharField(max_length=254, db_index=True)
    mail_to = models.CharField(max_length=254)
    with_events = models.BooleanField(default=False)
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+")
    browser = models.CharField(max_length=43, unique=True, help_text="Known to the tab that asked, and to nobody else")
    code_hash = models.BinaryField(max_length=32)
    code_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    pardoned_at = models.DateTimeField("was forgotten until", null=True, blank=True)
    member = models.ForeignKey(Member, models.SET_NULL, related_name="join_requests", null=True, blank=True)
    asked_by = models.ForeignKey(
        Member, models.SET_NULL, related_name="+", null=True, blank=True, help_text="The manager who had the address"
    )
    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"A request to join {self.partnership}"

    @property
    def key(self) -> bytes:
        return key_of(self.email)

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.refused_at is None and self.expires_at > timezone.now()

    @classmethod
    def ask(
        cls,
        partnership: Partnership,
        address: str,
        *,
        with_events: bool,
        wording: Wording,
        asked_by: Member | None = None,
    ) -> tuple["JoinRequest", str]:
        """Note the request and return it with its code, which is nowhere else. Mails nobody."""
        now = timezone.now()
        request = cls(
            partnership=partnership,
            email=compared(address),
            mail_to=as_written(address),
            with_events=with_events,
            wording=wording,
            asked_by=asked_by,
            browser=secrets.token_urlsafe(32),
            code_hash=b"",
            code_until=now,
            expires_at=now + timedelta(days=LINK_DAYS),
        )
        code = request._new_code()
        if asked_by is None and Suppression.pardon(request.key):
            request.pardoned_at = now
        request.save()
        return request, code

    def again(self) -> tuple["JoinRequest", str] | None:
        """A new request of the same address for the same list, once this one's week is over; None otherwise.

        Who turned it down or was forgotten meanwhile is not asked again. Mails nobody.
        """
        if self.confirmed_at or self.refused_at or self.is_open or not self.mail_to:
            return None
        return JoinRequest.ask(self.partnership, self.mail_to, with_events=self.with_events, wording=self.wording)

    def renew_code(self) -> str:
        """Return a fresh code with fresh tries; the one before it is worth nothing now."""
        code = self._new_code()
        self.save(update_fields=["code_hash", "code_until", "tries"])
        return code

    def accepts(self, code: str) -> bool:
        """Whether this is the code, within its 30 minutes and its 5 tries. Every look counts as a try."""
        counted = JoinRequest.objects.open().filter(pk=self.pk, tries__lt=CODE_TRIES, code_until__gt=timezone.now())
        if not counted.update(tries=F("tries") + 1):
            return False
        return hmac.compare_digest(bytes(self.code_hash), self._hash(code))

    def confirm(self) -> Member:
        """The address is theirs: make the member, the membership and the consents. Twice changes nothing."""
        with transaction.atomic():
            request = JoinRequest.objects.select_for_update().get(pk=self.pk)
            member = Member.objects.welcome(request.mail_to)
            if request.confirmed_at is None:
                purposes = [Purpose.NEWSLETTER] + [Purpose.EVENTS] * request.with_events
                Membership.join(member, request.partnership, purposes, how=Consent.How.JOIN, wording=request.wording)
                JoinRequest.objects.filter(pk=self.pk).update(confirmed_at=timezone.now(), member=member)
        self.refresh_from_db()
        return member

    def refuse(self) -> None:
        """ "Not me": never write to this address again, unless it is on a list here already.

        A member whose address somebody else typed is not taken off their own lists. Twice changes nothing.
        """
        with transaction.atomic():
            if not Membership.objects.current().filter(member__email=self.email).exists():
                Suppression.add(self.key, Suppression.Reason.NOT_ME)
            JoinRequest.objects.open().filter(email=self.email).update(refused_at=timezone.now())
        self.refresh_from_db()

    def _new_code(self) -> str:
        code = f"{secrets.randbelow(1_000_000):06d}"
        self.code_hash = self._hash(code)
        self.code_until = timezone.now() + timedelta(minutes=CODE_MINUTES)
        self.tries = 0
        return code

    def _hash(self, code: str) -> bytes:
        digits = "".join(character for character in code if character.isdigit())
        message = f"join code\0{self.browser}\0{digits}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
