"""A member moves to another address: the new one confirms it, the old one hears of it and can take it back."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from members.models.members import Member
from members.models.ways_in import take_away_since
from trust.addresses import as_written, compared, key_of
from trust.models import Entry
from trust.privacy import Privacy

CONFIRM_WITHIN = timedelta(days=7)
UNDO_WITHIN = timedelta(days=7)


class Taken(Exception):
    """The address belongs to somebody else's entry, since this was asked or before."""


class AddressChangeQuerySet(models.QuerySet):
    def over(self) -> "AddressChangeQuerySet":
        """Those of which neither link works any more: 7 days to confirm and 7 to take back have passed."""
        return self.filter(asked_at__lt=timezone.now() - CONFIRM_WITHIN - UNDO_WITHIN)


class AddressChange(models.Model):
    """Asked for by the signed-in member; nothing changes before the new address has confirmed it."""

    privacy = Privacy(
        exported="mail_to was_mail_to asked_at confirmed_at undone_at", erased="email was_email", kept="id member"
    )

    member = models.ForeignKey(Member, models.CASCADE, related_name="address_changes")
    email = models.CharField(max_length=254, blank=True)
    mail_to = models.CharField(max_length=254, blank=True)
    was_email = models.CharField(max_length=254, blank=True)
    was_mail_to = models.CharField(max_length=254, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    objects = AddressChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"change of address {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the new address may still confirm: not used, not too old, and nobody moved on meanwhile."""
        waits = self.confirmed_at is None and self.asked_at > timezone.now() - CONFIRM_WITHIN
        return waits and self.member.is_active and self.member.email == self.was_email

    @property
    def can_be_undone(self) -> bool:
        """Whether the old address may still take it back."""
        if self.confirmed_at is None or self.undone_at is not None or not self.member.is_active:
            return False
        return self.confirmed_at > timezone.now() - UNDO_WITHIN and self.member.email == self.email

    @property
    def is_taken(self) -> bool:
        return Member.objects.filter(email=self.email).exclude(pk=self.member_id).exists()

    @classmethod
    def ask(cls, member: Member, address: str) -> "AddressChange":
        """Note what was asked, replacing what was asked before. Mails nobody, changes nothing else."""
        with transaction.atomic():
            member.address_changes.filter(confirmed_at=None).delete()
            return cls.objects.create(
                member=member,
                email=compared(address),
                mail_to=as_written(address),
                was_email=member.email,
                was_mail_to=member.mail_to,
            )

    def confirm(self) -> bool:
        """The new address is theirs: move there. False when it was confirmed or is too old. Raises Taken."""
        return self._move("confirmed_at", "is_open", self.email, self.mail_to, "changed their address")

    def undo(self) -> bool:
        """Move back, within 7 days. False when there is nothing to take back. Raises Taken.

        Whoever moved the address could have set up a passkey that signs in alone: what came since it was asked goes.
        """
        with transaction.atomic():
            if not self._move(
                "undone_at", "can_be_undone", self.was_email, self.was_mail_to, "took their address back"
            ):
                return False
            take_away_since(self.member, self.asked_at)
        return True

    def _move(self, stamp: str, allowed: str, email: str, mail_to: str, deed: str) -> bool:
        try:
            with transaction.atomic():
                change = AddressChange.objects.select_for_update().get(pk=self.pk)
                if not getattr(change, allowed):
                    return False
                member = change.member
                member.email, member.mail_to, member.key = email, mail_to, key_of(email)
                member.save(update_fields=["email", "mail_to", "key"])
                EmailAddress.objects.filter(user=member).delete()
                EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
                setattr(change, stamp, timezone.now())
                change.save(update_fields=[stamp])
                Entry.record(deed, member, by=member)
        except IntegrityError:
            raise Taken from None
        self.refresh_from_db()
        return True
